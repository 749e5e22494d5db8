import { allocateNative, type NativeMemory } from './native-memory.ts';

const SCRATCH_BYTES = 16384;

/** From here on nothing is ever put: zeros. Two paths lie before it. */
export const UNUSED_SCRATCH = 8192;

interface Scratch extends NativeMemory {
  readonly view: DataView;
  readonly bytes: Uint8Array;
}

let scratch: Scratch | undefined;

/** Memory for the arguments of one system call of this thread, which nobody else needs once it has returned. */
export function scratchMemory(): Scratch {
  if (scratch === undefined) {
    const memory = allocateNative(SCRATCH_BYTES);
    scratch = { ...memory, view: new DataView(memory.buffer), bytes: new Uint8Array(memory.buffer) };
  }
  return scratch;
}
