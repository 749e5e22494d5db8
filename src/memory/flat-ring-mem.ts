import { PAGE_SIZE } from '../wire/page.ts';
import { CheckedRingMem } from './checked-ring-mem.ts';
import { checkPlacement, checkRingLength } from './layout-check.ts';
import { RingWindow } from './ring-window.ts';

function allocate(byteLength: number): ArrayBufferLike {
  // Browsers hide SharedArrayBuffer from pages that are not isolated. Within one thread an ArrayBuffer does as well.
  return typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(byteLength) : new SharedArrayBuffer(byteLength);
}

/**
 * Ring memory in one allocation: a control page, then `length` bytes of data.
 *
 * Made without a buffer it allocates one, zeroed, shared where the runtime allows. To open the same ring in another
 * thread, post `buffer` and make a `FlatRingMem` of the same length over it there.
 *
 * Throws a {@link VmbusRingError} with code `InvalidRingMemory` unless `length` is a non-zero multiple of 4096 bytes,
 * `RingTooLarge` above 1 GiB, and a `RangeError` where the buffer is too small or `byteOffset` is no multiple of 8.
 *
 * Source: OpenVMM `vmbus_ring::FlatRingMem`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, IncomingRing, OutgoingRing } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(16384);
 * const incoming = new IncomingRing(memory);
 * const outgoing = new OutgoingRing(memory);
 * ```
 */
export class FlatRingMem extends CheckedRingMem {
  /** The buffer that holds the ring: `PAGE_SIZE + length` bytes from `byteOffset` on. */
  readonly buffer: ArrayBufferLike;
  /** Where the control page begins in `buffer`: a multiple of 8. */
  readonly byteOffset: number;

  /** `length` bytes of data behind a control page, in `buffer` from `byteOffset` on, or in a new buffer. */
  constructor(length: number, buffer?: ArrayBufferLike, byteOffset = 0) {
    checkRingLength(length);
    const place = buffer ?? allocate(PAGE_SIZE + length);
    checkPlacement(place, byteOffset, PAGE_SIZE + length);
    super(length, new RingWindow({ buffer: place, controlOffset: byteOffset, data: byteOffset + PAGE_SIZE, length }));
    this.buffer = place;
    this.byteOffset = byteOffset;
  }
}
