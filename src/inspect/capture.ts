import type { RingMem } from '../memory/ring-mem.ts';
import { InnerRing } from '../ring/inner-ring.ts';
import {
  CONTROL_FEATURE_BITS,
  CONTROL_IN,
  CONTROL_INTERRUPT_MASK,
  CONTROL_OUT,
  CONTROL_PENDING_SEND_SIZE,
  type ControlSnapshot,
} from '../wire/control-page.ts';
import { PAGE_SIZE } from '../wire/page.ts';

/**
 * A copy of a ring as an image: a control page with the words that mean something, then all of the data. As large as the
 * ring and a page. Nothing is written to the ring.
 *
 * The control words are read first, then the data, so the packets between `out` and `in` are whole, unless the reader gives
 * them back meanwhile and the writer overwrites them: on a ring in use the copy is a good guess, on one at rest it is exact.
 *
 * Throws a {@link VmbusRingError} with code `InvalidRingMemory` or `RingTooLarge` where the memory cannot be a ring.
 *
 * @example
 * ```ts
 * import { FlatRingMem } from 'vmbus-ring';
 * import { captureRing } from 'vmbus-ring/inspect';
 *
 * const image = captureRing(new FlatRingMem(8192));
 * image.length; // 12288: save it, and `vmbus-ring inspect` reads it
 * ```
 */
export function captureRing(mem: RingMem): Uint8Array<ArrayBuffer> {
  const ring = new InnerRing(mem);
  const image = new Uint8Array(PAGE_SIZE + ring.size);
  putControl(image, ring.control.snapshot());
  ring.read(0, image.subarray(PAGE_SIZE));
  return image;
}

function putControl(image: Uint8Array<ArrayBuffer>, control: ControlSnapshot): void {
  const view = new DataView(image.buffer, 0, PAGE_SIZE);
  view.setUint32(CONTROL_IN * 4, control.in, true);
  view.setUint32(CONTROL_OUT * 4, control.out, true);
  view.setUint32(CONTROL_INTERRUPT_MASK * 4, control.interruptMask, true);
  view.setUint32(CONTROL_PENDING_SEND_SIZE * 4, control.pendingSendSize, true);
  view.setUint32(CONTROL_FEATURE_BITS * 4, control.featureBits, true);
}
