import type { FuzzTarget } from '../engine/fuzz-target.ts';

// Mistakes such as parsers have, which the fuzzer has to find: none is reached by an input that is made of random bytes alone.

/** A length that is believed, behind a descriptor that must be right. */
function lyingLength(input: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(input.buffer);
  if (input.length < 16 || view.getUint16(0, true) !== 6) return;
  if (view.getUint16(2, true) !== 2) return;
  if (view.getUint16(6, true) > 1) return;
  const length = view.getUint16(4, true) * 8;
  if (length <= input.length) return;
  view.getUint8(length - 1);
}

/** An allocation by somebody else's word. */
function believedSize(input: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(input.buffer);
  if (input.length < 8 || view.getUint16(0, true) !== 9) return;
  const copy = new Uint8Array(view.getUint32(4, true));
  copy.set(input.subarray(8, 8 + copy.length));
}

/** A promise that is broken later. */
async function later(input: Uint8Array<ArrayBuffer>): Promise<void> {
  await Promise.resolve();
  if (input[0] === 11 && input[1] === 7) throw new TypeError('later');
}

function targetOf(run: FuzzTarget['run']): FuzzTarget {
  return { sources: ['test/fuzz/planted/'], run, seeds: () => [] };
}

export const TARGETS: Readonly<Record<string, FuzzTarget>> = {
  lyingLength: targetOf(lyingLength),
  believedSize: targetOf(believedSize),
  later: targetOf(later),
  right: targetOf((input) => void input.length),
};
