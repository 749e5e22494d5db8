import { PAGE_SIZE } from '../wire/page.ts';
import { checkBytes } from './byte-arrays.ts';
import { CheckedRingMem } from './checked-ring-mem.ts';
import { checkPlacement, checkRingLength } from './layout-check.ts';
import { RingWindow } from './ring-window.ts';

/**
 * Ring memory over a mapping that somebody else made: its first 4096 bytes are the control page, all the rest is data.
 *
 * Takes the bytes of the mapping: a `Uint8Array` over an ArrayBuffer or a SharedArrayBuffer, which may begin anywhere in
 * its buffer that is a multiple of 8 bytes, above 4 GiB included. Nothing is copied.
 *
 * Throws a `RangeError` where the bytes begin elsewhere, a {@link VmbusRingError} with code `InvalidRingMemory` unless
 * they are at least two pages and a whole number of them, and `RingTooLarge` for more than 1 GiB of data.
 *
 * Source: OpenVMM `vmbus_ring::SingleMappedRingMem`.
 *
 * @example
 * ```ts
 * import { IncomingRing, SingleMappedRingMem } from 'vmbus-ring';
 *
 * const image = new Uint8Array(4096 + 8192); // what some other program left: a control page and 8192 bytes of data
 * const ring = new IncomingRing(new SingleMappedRingMem(image));
 * ring.incoming(); // throws where `in` or `out` are corrupt
 * ```
 */
export class SingleMappedRingMem extends CheckedRingMem {
  /** The mapping. */
  readonly bytes: Uint8Array;

  /** The ring that `bytes` holds, control page first. */
  constructor(bytes: Uint8Array) {
    checkBytes(bytes);
    const length = bytes.length - PAGE_SIZE;
    checkRingLength(length);
    const { buffer, byteOffset } = bytes;
    checkPlacement(buffer, byteOffset, bytes.length);
    super(length, new RingWindow({ buffer, controlOffset: byteOffset, data: byteOffset + PAGE_SIZE, length }));
    this.bytes = bytes;
  }
}
