import type { Accesses } from './accesses.ts';
import { CHANNEL_BYTES, ringOfData } from './layout.ts';

type View = Uint8Array | Int32Array | BigUint64Array;

/** What the library may ask of a view besides its elements. */
const PROPERTIES: ReadonlySet<string> = new Set(['length', 'byteOffset', 'byteLength', 'buffer', 'BYTES_PER_ELEMENT']);

/**
 * A view that looks like `view`, of the memory of a channel: its elements are what `accesses` says. Plain loads of words are peeks, plain
 * stores to words are refused unless they are `storesWords`. Anything else that is asked of it throws.
 */
export function steppedView<V extends View>(view: V, accesses: Accesses, storesWords = false): V {
  const width = view.BYTES_PER_ELEMENT;
  const addressOf = (key: string): number => {
    const address = view.byteOffset + Number(key) * width;
    if (address + width > CHANNEL_BYTES) throw new Error(`an access at byte ${address}, where no ring is`);
    return address;
  };
  const loadAt = (address: number): number | bigint => {
    return ringOfData(address) === null ? accesses.peek(address) : accesses.loadData(address, width);
  };
  const storeAt = (address: number, value: number | bigint): void => {
    if (ringOfData(address) !== null) accesses.storeData(address, width, value);
    else if (storesWords) accesses.store(address, Number(value));
    else throw new Error(`a plain store to byte ${address}, where no data are`);
  };
  const set = (values: ArrayLike<number | bigint>, at = 0): void => {
    const address = addressOf(String(at));
    if (values.length > 0) addressOf(String(at + values.length - 1));
    if (ringOfData(address) === null) throw new Error(`a plain store to byte ${address}, where no data are`);
    accesses.storeAll(address, width, values);
  };
  const subarray = (begin?: number, end?: number): V =>
    steppedView(view.subarray(begin, end) as V, accesses, storesWords);
  return new Proxy<V>(view, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) return loadAt(addressOf(key));
      if (key === 'set') return set;
      if (key === 'subarray') return subarray;
      if (typeof key === 'string' && PROPERTIES.has(key)) return Reflect.get(target, key, target);
      throw new Error(`an access that is no step: ${String(key)}`);
    },
    set(_target, key, value) {
      storeAt(addressOf(String(key)), value as number | bigint);
      return true;
    },
  });
}
