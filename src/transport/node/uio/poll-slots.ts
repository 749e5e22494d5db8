import { allocateNative } from '../ffi/native-memory.ts';

const SLOT_BYTES = 32;
const SLOTS_A_PAGE = 4096 / SLOT_BYTES;

/** Native memory for the arguments of a poll that another thread makes: two `struct pollfd`, a `struct timespec`. */
export interface PollSlot {
  readonly address: number;
  readonly view: DataView<ArrayBuffer>;
}

/** Those of this thread that nobody uses: native memory stays until the process ends. */
const free: PollSlot[] = [];

/** A slot of the caller's own, until it is given back. */
export function takePollSlot(): PollSlot {
  const slot = free.pop();
  if (slot !== undefined) return slot;
  const { address, buffer } = allocateNative(SLOTS_A_PAGE * SLOT_BYTES);
  for (let at = 0; at < buffer.byteLength; at += SLOT_BYTES) {
    free.push({ address: address + at, view: new DataView(buffer, at, SLOT_BYTES) });
  }
  return free.pop()!;
}

/** Gives it back: nothing may poll with it any more. */
export function givePollSlot(slot: PollSlot): void {
  free.push(slot);
}
