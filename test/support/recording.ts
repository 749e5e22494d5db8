import {
  CONTROL_FEATURE_BITS,
  CONTROL_IN,
  CONTROL_INTERRUPT_MASK,
  CONTROL_OUT,
  CONTROL_PENDING_SEND_SIZE,
} from '../../src/index.ts';

/** Who did it: each end of a recorded ring stands on a memory of its own over the same bytes. */
export type Side = 'writer' | 'reader';

export type WordName = 'in' | 'out' | 'mask' | 'pending' | 'features';

const WORD_NAMES: ReadonlyMap<number, WordName> = new Map([
  [CONTROL_IN, 'in'],
  [CONTROL_OUT, 'out'],
  [CONTROL_INTERRUPT_MASK, 'mask'],
  [CONTROL_PENDING_SEND_SIZE, 'pending'],
  [CONTROL_FEATURE_BITS, 'features'],
]);

/** A control word, through Atomics. */
export interface ControlAccess {
  readonly at: 'control';
  readonly side: Side;
  readonly op: 'load' | 'store';
  readonly word: WordName;
  /** What was found or stored, as an unsigned 32-bit number. */
  readonly value: number;
}

/** Bytes of the data, through a plain access, by their ring offset. */
export interface DataAccess {
  readonly at: 'data';
  readonly side: Side;
  readonly op: 'load' | 'store';
  readonly offset: number;
  readonly bytes: number;
}

export type Access = ControlAccess | DataAccess;

/** Where a piece of a buffer is in the ring. Throws where it is none of the ring's data. */
export type Locate = (byteOffset: number, bytes: number) => Iterable<readonly [ringOffset: number, bytes: number]>;

/**
 * Keeps what both ends of a ring did to its memory, in order. Control words are seen by standing in for `Atomics.load` and
 * `Atomics.store`, which the library looks up when it calls them; data by views that record.
 */
export class Recorder {
  accesses: Access[] = [];

  /** The arrays that Atomics get, and whose they are. */
  readonly #arrays = new Map<ArrayBufferView, { readonly side: Side; readonly base: number }>();

  readonly #buffers = new Set<ArrayBufferLike>();

  /** The control page of `side` begins at element `base` of `words`. */
  addControl(words: Int32Array, base: number, side: Side): void {
    this.#arrays.set(words, { side, base });
    this.#buffers.add(words.buffer);
  }

  /** What `call` returns, and does to the ring. */
  watch<Result>(call: () => Result): { readonly result: Result; readonly accesses: readonly Access[] } {
    const start = this.accesses.length;
    const result = call();
    return { result, accesses: this.accesses.slice(start) };
  }

  /** What `call` does to the ring. */
  during(call: () => unknown): readonly Access[] {
    return this.watch(call).accesses;
  }

  data(side: Side, op: 'load' | 'store', offset: number, bytes: number): void {
    if (bytes > 0) this.accesses.push({ at: 'data', side, op, offset, bytes });
  }

  /** Puts recorders in the place of Atomics. Returns what puts the originals back. */
  install(): () => void {
    const methods = Atomics as unknown as Record<string, (...parameters: never[]) => unknown>;
    const originals = new Map(METHODS.map((name) => [name, methods[name]!]));
    for (const [name, original] of originals) {
      methods[name] = (...parameters: never[]) => this.#atomic(name, original, parameters);
    }
    return () => {
      for (const [name, original] of originals) methods[name] = original;
    };
  }

  #atomic(name: string, original: (...parameters: never[]) => unknown, parameters: unknown[]): unknown {
    const result = original.apply(Atomics, parameters as never[]);
    const [array, element, value] = parameters as [ArrayBufferView, number, number];
    const owner = this.#arrays.get(array);
    if (owner === undefined) {
      if (this.#buffers.has(array.buffer)) throw new Error(`Atomics.${name} through an array that nobody knows`);
      return result;
    }
    const word = WORD_NAMES.get(element - owner.base);
    if (word === undefined || (name !== 'load' && name !== 'store')) {
      throw new Error(`Atomics.${name} on word ${element - owner.base} of the control page`);
    }
    const seen = name === 'load' ? (result as number) : value;
    this.accesses.push({ at: 'control', side: owner.side, op: name, word, value: seen >>> 0 });
    return result;
  }
}

const METHODS = ['load', 'store', 'add', 'and', 'compareExchange', 'exchange', 'or', 'sub', 'xor'] as const;

/** The control words in a list of accesses, written as `store in 24` and the like. */
export function controlOf(accesses: readonly Access[]): string[] {
  return accesses.flatMap((access) => (access.at === 'control' ? [`${access.op} ${access.word} ${access.value}`] : []));
}

export function dataOf(accesses: readonly Access[]): DataAccess[] {
  return accesses.filter((access) => access.at === 'data');
}
