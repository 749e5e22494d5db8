import { CONTROL_INTERRUPT_MASK, CONTROL_PENDING_SEND_SIZE } from '../wire/control-page.ts';
import { MAXIMUM_RING_SIZE, PAGE_SIZE } from '../wire/page.ts';
import { type ControlPage, controlWordsOf } from './control-page-view.ts';
import { effectivePendingSendSize, isRingPointer, ringFree } from './pointers.ts';
import { isUnsigned } from '../wire/unsigned.ts';

function checkRingSize(ringSize: number): void {
  if (!isUnsigned(ringSize, MAXIMUM_RING_SIZE) || ringSize === 0 || ringSize % PAGE_SIZE !== 0) {
    throw new RangeError(`no ring has ${ringSize} bytes`);
  }
}

/**
 * Whether the receiving end of a ring might need a signal: it is not masked, and there is something to read. For those
 * who carry signals between two sides that did not see each other's (after a restart, say): one too many is harmless.
 *
 * False where `in` or `out` is corrupt: no signal mends that. Give `ringSize`, bytes of data, to have them checked
 * against it; without it, they only have to be multiples of 8 below 1 GiB.
 *
 * Throws a `RangeError` where the page is too short or not aligned, or `ringSize` cannot be a ring's. Source: OpenVMM
 * `vmbus_ring::reader_needs_signal`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, OutgoingPacketType, OutgoingRing, readerNeedsSignal } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const incoming = new IncomingRing(memory);
 * incoming.setInterruptMask(false); // the reader is about to sleep
 * readerNeedsSignal(memory.control(), memory.length); // false: there is nothing to read
 *
 * const outgoing = new OutgoingRing(memory);
 * const offset = outgoing.outgoing();
 * outgoing.write(offset, { transactionId: 0n, size: 0, typ: OutgoingPacketType.InBandNoCompletion });
 * outgoing.commitWrite(offset);
 * readerNeedsSignal(memory.control(), memory.length); // true
 * ```
 */
export function readerNeedsSignal(controlPage: ControlPage, ringSize: number = MAXIMUM_RING_SIZE): boolean {
  checkRingSize(ringSize);
  const control = controlWordsOf(controlPage);
  if (control.load(CONTROL_INTERRUPT_MASK) !== 0) return false;
  const inPointer = control.loadIn();
  const outPointer = control.loadOut();
  return isRingPointer(ringSize, inPointer) && isRingPointer(ringSize, outPointer) && inPointer !== outPointer;
}

/**
 * Whether the sending end of a ring of `ringSize` bytes of data might need a signal: it waits for room, and there is as
 * much as it waits for. The low bits of the pending send size are dropped, as when a read is committed.
 *
 * False where `in` or `out` is corrupt. Throws a `RangeError` where the page is too short or not aligned, or `ringSize`
 * cannot be a ring's. Source: OpenVMM `vmbus_ring::writer_needs_signal`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, OutgoingRing, writerNeedsSignal } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * const ring = new OutgoingRing(memory);
 * writerNeedsSignal(memory.control(), memory.length); // false: it does not wait
 * ring.setPendingSendSize(1024);
 * writerNeedsSignal(memory.control(), memory.length); // true: 4088 bytes are free
 * ```
 */
export function writerNeedsSignal(controlPage: ControlPage, ringSize: number): boolean {
  checkRingSize(ringSize);
  const control = controlWordsOf(controlPage);
  const pending = effectivePendingSendSize(control.load(CONTROL_PENDING_SEND_SIZE));
  if (pending === 0) return false;
  const inPointer = control.loadIn();
  const outPointer = control.loadOut();
  const areValid = isRingPointer(ringSize, inPointer) && isRingPointer(ringSize, outPointer);
  return areValid && ringFree(ringSize, inPointer, outPointer) >= pending;
}
