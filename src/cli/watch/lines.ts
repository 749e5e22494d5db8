import { reportFlow } from '../../inspect/channel-image.ts';
import { ringWaits } from '../../inspect/index.ts';
import { formatBytes, group } from './amounts.ts';
import { fillOf } from './frame.ts';
import { rateOf, type Sample } from './sample.ts';

/** A sample in one line, for people who look at it later. */
export function plainLine(now: Sample, before: Sample | null): string {
  const rings = now.rings.map((ring, index) => {
    const name = now.ends === null ? '' : `ring ${index}: `;
    const fill = fillOf(ring);
    const rate = rateOf(now, before, index, 'produced');
    const speed = rate === null ? '' : `, ${group(rate.packets)} packets/s, ${formatBytes(rate.bytes)}/s`;
    const full = fill === null ? '' : `${(fill * 100).toFixed(1)}% full${speed}, `;
    return `${name}${full}${ringWaits(ring.image).text}`;
  });
  return `${new Date().toISOString()}  ${rings.join('  |  ')}\n`;
}

/** A sample as one JSON document in one line. 64-bit numbers are decimal strings. */
export function jsonLine(now: Sample, before: Sample | null): string {
  const rings = now.rings.map(({ image, flow, lastPackets }, index) => {
    const usage = image.usage();
    const { reader, writer } = ringWaits(image);
    return {
      size: image.size,
      control: image.control,
      used: usage?.available ?? null,
      free: usage?.free ?? null,
      waits: { reader, writer },
      ...(flow === null ? { produced: null, consumed: null } : reportFlow(flow)),
      perSecond: { produced: rateOf(now, before, index, 'produced'), consumed: rateOf(now, before, index, 'consumed') },
      lastPackets,
    };
  });
  return `${JSON.stringify({ time: new Date().toISOString(), ends: now.ends, rings })}\n`;
}
