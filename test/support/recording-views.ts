import type { BufferCopy } from '../../src/memory/copy-engine.ts';
import type { Locate, Recorder, Side } from './recording.ts';

export type View = Uint8Array | Int32Array | BigUint64Array;

interface Recorded {
  readonly view: View;
  /** Records an access to `count` elements from element `start` on. */
  record(op: 'load' | 'store', start: number, count: number): void;
}

const recorded = new WeakMap<object, Recorded>();

/** What may be asked of a view without an access to its elements. */
const PROPERTIES = new Set<string | symbol>([
  'length',
  'byteLength',
  'byteOffset',
  'buffer',
  'BYTES_PER_ELEMENT',
  'constructor',
  Symbol.toStringTag,
]);

function elementOf(key: string | symbol): number | null {
  return typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : null;
}

/**
 * `view`, with each load and store of an element recorded, alone or by `set`, `fill` or a copy from a `subarray`. Throws on
 * any other way to its elements, so that none goes unseen.
 */
export function recordingView<V extends View>(view: V, side: Side, recorder: Recorder, locate: Locate): V {
  const width = view.BYTES_PER_ELEMENT;
  const record = (op: 'load' | 'store', start: number, count: number): void => {
    for (const [offset, bytes] of locate(view.byteOffset + start * width, count * width)) {
      recorder.data(side, op, offset, bytes);
    }
  };
  const methods: Record<string, unknown> = {
    set(source: ArrayLike<never>, start = 0): void {
      const from = recorded.get(source);
      from?.record('load', 0, source.length);
      record('store', start, source.length);
      view.set((from?.view ?? source) as never, start);
    },
    fill(value: never, start = 0, end = view.length): void {
      record('store', start, end - start);
      view.fill(value, start, end);
    },
    subarray: (start?: number, end?: number) => recordingView(view.subarray(start, end), side, recorder, locate),
  };
  const proxy = new Proxy<V>(view, {
    get(target, key) {
      const element = elementOf(key);
      if (element !== null) {
        record('load', element, 1);
        return target[element];
      }
      if (PROPERTIES.has(key)) return Reflect.get(target, key, target);
      if (typeof key === 'string' && Object.hasOwn(methods, key)) return methods[key];
      throw new Error(`an access that is not recorded: ${String(key)}`);
    },
    set(target, key, value) {
      const element = elementOf(key);
      if (element === null) throw new Error(`an access that is not recorded: ${String(key)}`);
      record('store', element, 1);
      return Reflect.set(target, element, value, target);
    },
  });
  recorded.set(proxy, { view, record });
  return proxy;
}

/** `Buffer.prototype.copy` for views of which some record. */
export const recordingBufferCopy: BufferCopy = function copy(target, targetStart, sourceStart, sourceEnd) {
  const [from, to] = [recorded.get(this), recorded.get(target)];
  const [source, sink] = [(from?.view ?? this) as Uint8Array, (to?.view ?? target) as Uint8Array];
  const bytes = sourceEnd - sourceStart;
  from?.record('load', sourceStart, bytes);
  to?.record('store', targetStart, bytes);
  sink.set(source.subarray(sourceStart, sourceEnd), targetStart);
  return bytes;
};
