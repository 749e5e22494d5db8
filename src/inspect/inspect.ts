import type { RingMem } from '../memory/ring-mem.ts';
import { inspectRing } from '../ring/inspect-ring.ts';
import { CONTROL_WORD_COUNT } from '../wire/control-page.ts';
import { PAGE_SIZE } from '../wire/page.ts';
import { toFinding } from './finding.ts';
import { RingImage } from './ring-image.ts';
import type { Finding, ReportOptions, RingReport } from './ring-report.ts';

/**
 * All of a ring image, a control page and then the data, as a plain object: control words, packets, and what is wrong.
 * Nothing is written to the image.
 *
 * Never throws: bytes that are no image, because they are too short, too long or no whole number of pages, have a report
 * without packets whose `error` says so, with the code `InvalidRingMemory` or `RingTooLarge`; control words that are not
 * there read 0. For images of many small packets {@link RingImage} needs less memory.
 *
 * @example
 * ```ts
 * import { captureRing, inspectRingImage } from 'vmbus-ring/inspect';
 * import { FlatRingMem, OutgoingPacketType, OutgoingRing, type RingRange } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(8192);
 * const ring = new OutgoingRing(memory);
 * const offset = ring.outgoing();
 * const range = ring.write(offset, { transactionId: 0n, size: 8, typ: OutgoingPacketType.InBandNoCompletion });
 * (range as RingRange).writer(ring).fill(0xaa, 8);
 * ring.commitWrite(offset);
 *
 * const report = inspectRingImage(captureRing(memory), { hex: true });
 * report.packets[0]?.payloadHex; // 'aaaaaaaaaaaaaaaa'
 * JSON.stringify(report); // what `vmbus-ring inspect --json` prints
 * ```
 */
export function inspectRingImage(bytes: Uint8Array, options: ReportOptions = {}): RingReport {
  let image: RingImage;
  try {
    image = new RingImage(bytes);
  } catch (error) {
    return reportNoImage(bytes, toFinding(error, null), options);
  }
  return image.report(options);
}

/**
 * The same of a ring in memory, as it is at this moment: its control words and data are copied first, see
 * {@link captureRing}, and the copy is decoded. Throws as `captureRing` does.
 *
 * @example
 * ```ts
 * import { FlatRingMem } from 'vmbus-ring';
 * import { inspectRingMem } from 'vmbus-ring/inspect';
 *
 * inspectRingMem(new FlatRingMem(8192)).packets; // []
 * ```
 */
export function inspectRingMem(mem: RingMem, options: ReportOptions = {}): RingReport {
  return RingImage.capture(mem).report(options);
}

function reportNoImage(bytes: Uint8Array, error: Finding, options: ReportOptions): RingReport {
  const control = new Uint8Array(CONTROL_WORD_COUNT * 4);
  control.set(bytes.subarray(0, control.length));
  return {
    size: Math.max(0, bytes.length - PAGE_SIZE),
    control: inspectRing(control),
    ...(options.history === true && { history: [] }),
    packets: [],
    warnings: [],
    error,
  };
}
