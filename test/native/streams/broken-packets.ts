import type { Xorshift } from '../../support/xorshift.ts';

/** Where a header has what. */
const TYPE = 0;
const DATA_OFFSET = 2;
const LENGTH = 4;
const FLAGS = 6;
const RANGE_COUNT = 20;
const FIXED_BYTES = 24;

const TYPES: readonly number[] = [6, 7, 9, 0xb];

/** The ranges of a packet of type 9: `{bytes, offset}`, and a page number for each page that they touch. */
function gpaRanges(random: Xorshift, count: number): Buffer {
  const ranges = Array.from({ length: count }, () => {
    const byteOffset = random.below(4096);
    const byteCount = 1 + random.below(9000);
    const range = Buffer.from(random.bytes(8 + Math.ceil((byteOffset + byteCount) / 4096) * 8));
    range.writeUInt32LE(byteCount, 0);
    range.writeUInt32LE(byteOffset, 4);
    return range;
  });
  return Buffer.concat(ranges);
}

function extendedHeader(random: Xorshift, type: number): Buffer {
  // An in-band packet may have room between descriptor and payload that means nothing.
  if (type !== 7 && type !== 9) return Buffer.from(random.bytes(8 * random.below(3) * random.below(2)));
  const count = 1 + random.below(4);
  const fixed = Buffer.from(random.bytes(8));
  fixed.writeUInt32LE(count, 4);
  const surplus = random.bytes(8 * random.below(3) * random.below(2));
  return Buffer.concat([fixed, type === 7 ? random.bytes(count * 8) : gpaRanges(random, count), surplus]);
}

/** A packet as somebody may make it who fills reserved fields, surplus room, padding and footer with anything. */
function goodPacket(random: Xorshift): Buffer {
  const type = TYPES[random.below(TYPES.length)]!;
  const extension = extendedHeader(random, type);
  const payload = random.bytes(8 * random.below(random.below(8) === 0 ? 400 : 12));
  const descriptor = Buffer.from(random.bytes(16));
  descriptor.writeUInt16LE(type, TYPE);
  descriptor.writeUInt16LE((16 + extension.length) / 8, DATA_OFFSET);
  descriptor.writeUInt16LE((16 + extension.length + payload.length) / 8, LENGTH);
  descriptor.writeUInt16LE(random.below(2), FLAGS);
  return Buffer.concat([descriptor, extension, payload, random.bytes(8)]);
}

/** What can be wrong with a packet. */
const FAULTS: readonly ((random: Xorshift, packet: Buffer) => void)[] = [
  (random, packet) => packet.writeUInt16LE(random.below(16), TYPE),
  (random, packet) => packet.writeUInt16LE(random.below(8), DATA_OFFSET),
  // No room for the fixed part of an extended header.
  (_random, packet) => packet.writeUInt16LE(2, DATA_OFFSET),
  (random, packet) => packet.writeUInt16LE(near(random, packet.readUInt16LE(LENGTH)), LENGTH),
  (random, packet) => packet.writeUInt16LE(random.below(0x1_0000), LENGTH),
  (random, packet) => packet.writeUInt16LE(random.below(0x1_0000), FLAGS),
  (_random, packet) => packet.writeUInt32LE(0, RANGE_COUNT),
  (_random, packet) => packet.writeUInt32LE(0, RANGE_COUNT),
  (random, packet) => packet.writeUInt32LE(near(random, packet.readUInt32LE(RANGE_COUNT)), RANGE_COUNT),
  (random, packet) => packet.writeUInt32LE(random.next(), RANGE_COUNT),
  // Bytes of the first range, and where it begins.
  (random, packet) => writeWord(packet, FIXED_BYTES, random.below(2) * random.next()),
  (random, packet) => writeWord(packet, FIXED_BYTES + 4, random.below(2) === 0 ? random.below(8192) : random.next()),
];

function near(random: Xorshift, value: number): number {
  return Math.max(0, value + random.below(5) - 2);
}

function writeWord(packet: Buffer, at: number, value: number): void {
  if (at + 4 <= packet.length) packet.writeUInt32LE(value, at);
}

/** Packets, one behind the other, most of them good: at most `limitBytes`. */
export function maybeBrokenPackets(random: Xorshift, limitBytes: number): Buffer {
  const packets: Buffer[] = [];
  let bytes = 0;
  for (let left = 1 + random.below(4); left > 0; left--) {
    const packet = goodPacket(random);
    if (bytes + packet.length > limitBytes) break;
    for (let faults = [0, 1, 1, 1, 2][random.below(5)]!; faults > 0; faults--)
      FAULTS[random.below(FAULTS.length)]!(random, packet);
    packets.push(packet);
    bytes += packet.length;
  }
  return Buffer.concat(packets);
}
