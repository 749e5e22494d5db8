import type { RingFlow } from '../transport/channel-file/flow.ts';
import {
  type ChannelFileEnd,
  type ChannelFileHeader,
  isChannelFile,
  readChannelHeader,
} from '../transport/channel-file/header.ts';
import { readBothFlows } from '../transport/channel-file/read-flow.ts';
import { ringOffset } from '../transport/channel-layout.ts';
import { PAGE_SIZE } from '../wire/page.ts';
import type { ChannelFinding, ChannelFlow, ChannelReport, ChannelRingReport, FlowReport } from './channel-report.ts';
import { RingImage } from './ring-image.ts';
import type { ReportOptions } from './ring-report.ts';

/**
 * The file of a channel between processes, looked at without opening an end: nothing in it is written, and nobody who uses it notices.
 * Its two rings are {@link RingImage}s.
 *
 * Whatever the bytes are, nothing here throws: what is wrong with the header is a {@link ChannelFinding}, what is wrong with a ring
 * a {@link Finding} of that ring. The bytes must not change meanwhile: give it those that were read from the file.
 *
 * @example
 * ```ts
 * import { ChannelImage } from 'vmbus-ring/inspect';
 *
 * const image = ChannelImage.of(new Uint8Array(20480)); // as read from a file
 * if (image instanceof ChannelImage) console.log(image.ends[0].state, image.rings[0].summary().packetCount);
 * else image.code; // 'NotAChannel'
 * ```
 */
export class ChannelImage {
  /** Another one for each file: 32 hexadecimal digits. */
  readonly identity: string;
  /** End 0 and end 1. Of a process that was killed, this says that its end is open until somebody has looked. */
  readonly ends: readonly [ChannelFileEnd, ChannelFileEnd];
  /** The ring that end 0 writes, and the one that end 1 writes. */
  readonly rings: readonly [RingImage, RingImage];
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array, header: ChannelFileHeader) {
    const { identity, ends, sizes } = header;
    this.identity = identity;
    this.ends = ends;
    const ringAt = (end: 0 | 1): RingImage => {
      const start = ringOffset(end, sizes);
      return new RingImage(bytes.subarray(start, start + PAGE_SIZE + sizes[end]));
    };
    this.rings = [ringAt(0), ringAt(1)];
    this.#bytes = bytes;
  }

  /** All bytes of a channel's file, or what is wrong with its header. */
  static of(bytes: Uint8Array): ChannelImage | ChannelFinding {
    const header = readChannelHeader(bytes, bytes.length);
    return 'problem' in header
      ? { code: header.problem, message: `this is no channel's file: ${header.detail}` }
      : new ChannelImage(bytes, header);
  }

  /** What went into the ring that `end` writes, and came out of it. */
  flow(end: 0 | 1): ChannelFlow {
    const { control, size } = this.rings[end];
    return readBothFlows(this.#bytes, end, control, size);
  }

  /** All of it at once: see {@link RingImage.report}. */
  report(options: ReportOptions = {}): ChannelReport {
    const reportRing = (end: 0 | 1): ChannelRingReport => ({
      ...reportFlow(this.flow(end)),
      ring: this.rings[end].report(options),
    });
    return { identity: this.identity, ends: this.ends, rings: [reportRing(0), reportRing(1)], error: null };
  }
}

/**
 * All of a channel's file as a plain object. Never throws: bytes that are none have a report without rings, whose `error` says why.
 *
 * @example
 * ```ts
 * import { inspectChannelImage } from 'vmbus-ring/inspect';
 *
 * inspectChannelImage(new Uint8Array(20480)).error?.code; // 'NotAChannel'
 * ```
 */
export function inspectChannelImage(bytes: Uint8Array, options: ReportOptions = {}): ChannelReport {
  const image = ChannelImage.of(bytes);
  return image instanceof ChannelImage ? image.report(options) : { identity: null, ends: [], rings: [], error: image };
}

/**
 * Whether bytes begin as the file of a channel, of whatever version: if not, they may be the image of one ring. The first page is enough.
 *
 * @example
 * ```ts
 * import { isChannelImage } from 'vmbus-ring/inspect';
 *
 * isChannelImage(new Uint8Array(8192)); // false
 * ```
 */
export function isChannelImage(bytes: Uint8Array): boolean {
  return isChannelFile(bytes);
}

/** The numbers of a flow as reports have them. */
export function reportFlow(flow: ChannelFlow): {
  readonly produced: FlowReport | null;
  readonly consumed: FlowReport | null;
} {
  return { produced: inDecimal(flow.produced), consumed: inDecimal(flow.consumed) };
}

function inDecimal(flow: RingFlow | null): FlowReport | null {
  return flow === null ? null : { packets: String(flow.packets), bytes: String(flow.bytes) };
}
