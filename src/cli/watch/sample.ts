import type { ChannelFlow, PacketReport, RingImage } from '../../inspect/index.ts';
import type { ChannelFileEnd } from '../../transport/channel-file/header.ts';

/** One end of a channel. */
export interface EndSample extends ChannelFileEnd {
  /** Whether a process has it, as the kernel says; `null` where the kernel cannot be asked. */
  readonly held: boolean | null;
}

/** One ring. */
export interface RingSample {
  /** Its control words; of its data, only what lies before `in`. */
  readonly image: RingImage;
  /** `null` where nobody counts. */
  readonly flow: ChannelFlow | null;
  /** Those that were written last, oldest first. */
  readonly lastPackets: readonly PacketReport[];
}

/** What was in a file at one moment. */
export interface Sample {
  readonly path: string;
  readonly timeMs: number;
  /** `null` where the file is the image of one ring. */
  readonly ends: readonly [EndSample, EndSample] | null;
  readonly rings: readonly RingSample[];
}

/** How fast something goes, each second. */
export interface Rate {
  readonly packets: number;
  readonly bytes: number;
}

/** How fast ring `index` was written, or read, between two samples; `null` where that is not known. */
export function rateOf(now: Sample, before: Sample | null, index: number, side: 'produced' | 'consumed'): Rate | null {
  const end = now.rings[index]?.flow?.[side] ?? null;
  const start = before?.rings[index]?.flow?.[side] ?? null;
  if (end === null || start === null || before === null) return null;
  const seconds = Math.max(now.timeMs - before.timeMs, 1) / 1000;
  return {
    packets: Math.round(Number(end.packets - start.packets) / seconds),
    bytes: Math.round(Number(end.bytes - start.bytes) / seconds),
  };
}

/** Whether the packet at ring offset `offset`, before `in`, was read. */
export function isConsumed({ image }: RingSample, offset: number): boolean {
  const back = (image.control.in - offset + image.size) % image.size;
  return back > (image.usage()?.available ?? 0);
}
