import type { RingMem } from '../memory/ring-mem.ts';
import { SingleMappedRingMem } from '../memory/single-mapped-ring-mem.ts';
import { InnerRing } from '../ring/inner-ring.ts';
import { ringAvailable, ringFree, ringRetreat } from '../ring/pointers.ts';
import type { ControlSnapshot } from '../wire/control-page.ts';
import { captureRing } from './capture.ts';
import { toFinding } from './finding.ts';
import { findHistory } from './history-walk.ts';
import { reportPacket } from './packet-report.ts';
import { type FoundPacket, walkPackets } from './packet-walk.ts';
import type { Finding, PacketReport, ReportOptions, RingReport } from './ring-report.ts';

/** How many packets a ring holds, and what is wrong with it. */
export interface RingSummary {
  /** Packets between `out` and `in`, up to the first that is wrong. */
  readonly packetCount: number;
  /** Packets that were consumed and are still there; 0 unless they were asked for. */
  readonly historyCount: number;
  /** What a reader does not mind, as `warnings` lists it. */
  readonly warningCount: number;
  /** Why a reader would stop before `in`, or `null`. */
  readonly error: Finding | null;
}

/** Bytes between the pointers of a ring. */
export interface RingUsage {
  /** Bytes that the reader may read. */
  readonly available: number;
  /** Bytes that the writer may write. */
  readonly free: number;
}

/**
 * A ring image, a control page with all of the ring's data behind it, looked at without opening the ring: nothing in it is
 * written.
 *
 * Whatever the bytes are, nothing here throws or runs on: what is wrong with the ring is a {@link Finding}. Packets and
 * warnings are found anew as they are asked for, one at a time: a ring of 1 GiB can hold 44 million packets, and takes no
 * more memory than its bytes, while {@link RingImage.report} builds all of the report at once. So the bytes must not change
 * meanwhile; `RingImage.capture` copies those of a ring in use.
 *
 * @example
 * ```ts
 * import { RingImage } from 'vmbus-ring/inspect';
 *
 * const image = new RingImage(new Uint8Array(4096 + 8192)); // as read from a file
 * for (const packet of image.packets()) console.log(packet.offset, packet.type);
 * image.summary().error; // null
 * ```
 */
export class RingImage {
  /** Bytes of data. */
  readonly size: number;

  /** The control words as they were found, valid or not. */
  readonly control: ControlSnapshot;

  readonly #ring: InnerRing;

  /**
   * Takes the bytes in place if they begin at a multiple of 8 in their buffer, else a copy. Throws a {@link VmbusRingError}
   * with code `InvalidRingMemory` unless they are at least two pages of 4096 bytes and a whole number of them, and with code
   * `RingTooLarge` for more than 1 GiB of data.
   */
  constructor(bytes: Uint8Array) {
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
    this.#ring = new InnerRing(new SingleMappedRingMem(aligned));
    this.size = this.#ring.size;
    this.control = this.#ring.inspect().control;
  }

  /** The ring in `mem` as it is now: see {@link captureRing}. Throws as that does. */
  static capture(mem: RingMem): RingImage {
    return new RingImage(captureRing(mem));
  }

  /** How much is in the ring, or `null` where `in` or `out` is invalid. */
  usage(): RingUsage | null {
    if (this.#pointerError() !== null) return null;
    const { in: inPointer, out } = this.control;
    return { available: ringAvailable(this.size, inPointer, out), free: ringFree(this.size, inPointer, out) };
  }

  /** Counts without looking at payloads: what is wrong is known before the first packet is shown. */
  summary(options: ReportOptions = {}): RingSummary {
    let historyCount = 0;
    let warningCount = 0;
    for (const found of options.history === true ? this.#findConsumed() : []) {
      historyCount++;
      warningCount += found.rangesError === null ? 0 : 1;
    }
    let packetCount = 0;
    const walk = this.#findPackets();
    let step = walk.next();
    for (; step.done !== true; step = walk.next()) {
      packetCount++;
      warningCount += footerWarning(step.value) === null ? 0 : 1;
    }
    return { packetCount, historyCount, warningCount, error: step.value };
  }

  /** The packets from `out` to `in`, or to the first that is wrong. */
  *packets(options: ReportOptions = {}): Generator<PacketReport, void, undefined> {
    for (const found of this.#findPackets()) yield reportPacket(this.#ring, found, options.hex === true);
  }

  /**
   * Packets that the reader has consumed and the writer has not overwritten, oldest first: those that the footers lead to,
   * back from `out`. A packet that was overwritten in part without its header ends up here as well.
   */
  *history(options: ReportOptions = {}): Generator<PacketReport, void, undefined> {
    for (const found of this.#findConsumed()) yield reportPacket(this.#ring, found, options.hex === true);
  }

  /**
   * The packets that were written last, oldest first, whether they were consumed or not: those that the footers lead to, back from `in`, at most
   * `count` of them. Nothing but the last `withinBytes` bytes before `in` is looked at, so the other ones need not be those of the ring.
   */
  lastPackets(count: number, withinBytes: number = this.size): PacketReport[] {
    if (this.usage() === null) return [];
    const { in: inPointer } = this.control;
    const bytes = findHistory(this.#ring, inPointer, Math.min(withinBytes, this.size));
    const found: FoundPacket[] = [];
    for (const packet of walkPackets(this.#ring, ringRetreat(this.size, inPointer, bytes), bytes)) {
      found.push(packet);
      if (found.length > count) found.shift();
    }
    return found.map((packet) => reportPacket(this.#ring, packet, false));
  }

  /**
   * What a reader does not mind: footers that do not hold their packet's offset and, if the history was asked for, ranges of
   * consumed packets that do not validate.
   */
  *warnings(options: ReportOptions = {}): Generator<Finding, void, undefined> {
    for (const { rangesError } of options.history === true ? this.#findConsumed() : []) {
      if (rangesError !== null) yield { ...rangesError, message: `consumed already: ${rangesError.message}` };
    }
    for (const found of this.#findPackets()) {
      const warning = footerWarning(found);
      if (warning !== null) yield warning;
    }
  }

  /** All of it at once: where packets are small, that takes several times the memory of the image. */
  report(options: ReportOptions = {}): RingReport {
    return {
      size: this.size,
      control: this.control,
      ...(options.history === true && { history: [...this.history(options)] }),
      packets: [...this.packets(options)],
      warnings: [...this.warnings(options)],
      error: this.summary().error,
    };
  }

  /**
   * The packets between the pointers; returns why they end before `in`, if they do. A packet whose ranges do not validate is
   * the last one: a reader would go no further either.
   */
  *#findPackets(): Generator<FoundPacket, Finding | null, undefined> {
    const usage = this.usage();
    if (usage === null) return this.#pointerError();
    const walk = walkPackets(this.#ring, this.control.out, usage.available);
    let step = walk.next();
    for (; step.done !== true; step = walk.next()) {
      yield step.value;
      if (step.value.rangesError !== null) return step.value.rangesError;
    }
    return step.value;
  }

  /** Consumed packets lie in the bytes that are not the reader's: they end at `out`. */
  *#findConsumed(): Generator<FoundPacket, void, undefined> {
    const usage = this.usage();
    if (usage === null) return;
    const { out } = this.control;
    const bytes = findHistory(this.#ring, out, this.size - usage.available);
    yield* walkPackets(this.#ring, ringRetreat(this.size, out, bytes), bytes);
  }

  #pointerError(): Finding | null {
    try {
      this.#ring.validate(this.control.out);
      this.#ring.validate(this.control.in);
    } catch (error) {
      return toFinding(error, null);
    }
    return null;
  }
}

function footerWarning({ packet, footer }: FoundPacket): Finding | null {
  const { offset } = packet;
  if (footer === offset) return null;
  return { code: 'FooterMismatch', offset, message: `footer of the packet at ring offset ${offset} holds ${footer}` };
}
