import type { Accesses } from './accesses.ts';
import { withThen } from './stepped-promise.ts';

type Original = (array: Int32Array, index: number, first: number, second: number) => unknown;

/**
 * Until what is returned is called, Atomics on 32-bit views of `buffer` do what `accesses` do. Those of other memory are as they were. What waits
 * asynchronously is handed to `wait`: what it does is called when it is woken.
 */
export function standInForAtomics(
  buffer: ArrayBufferLike,
  accesses: Accesses,
  wait: (wake: () => void) => void,
): () => void {
  const replaced: Readonly<Record<string, (address: number, first: number, second: number) => unknown>> = {
    load: (address) => accesses.load(address),
    store: (address, value) => {
      accesses.store(address, value);
      return value;
    },
    add: (address, value) => accesses.update(address, (before) => before + value),
    or: (address, value) => accesses.update(address, (before) => before | value),
    and: (address, value) => accesses.update(address, (before) => before & value),
    exchange: (address, value) => accesses.update(address, () => value),
    compareExchange: (address, expected, value) => {
      return accesses.update(address, (before) => (before === expected ? value : before));
    },
    notify: (address) => accesses.notify(address),
    wait: (address, seen) => accesses.sleep(address, seen),
    waitAsync: (address, seen) => {
      if (!accesses.fallAsleep(address, seen)) return { async: false, value: 'not-equal' };
      return { async: true, value: withThen({}, wait) };
    },
  };
  const atomics = Atomics as unknown as Record<string, unknown>;
  const originals = Object.keys(replaced).map((name) => [name, atomics[name] as Original] as const);
  for (const [name, original] of originals) {
    atomics[name] = (array: Int32Array, index: number, first: number, second: number): unknown => {
      if (array.buffer !== buffer) return original(array, index, first, second);
      return replaced[name]!(array.byteOffset + 4 * index, first, second);
    };
  }
  return () => {
    for (const [name, original] of originals) atomics[name] = original;
  };
}
