import { packetBytesAt, PAGE_BYTES, readWord, writeWord } from '../../inspect/images.ts';
import { vectorImage, VECTORS } from '../../support/vectors.ts';
import type { Input } from './input.ts';

/*
 * A ring image in few bytes, so that changing a byte at random changes something:
 *
 *    0  in, units of 8; bit 15: `in` is no multiple of 8, or not below the size
 *    2  out, likewise
 *    4  pending send size
 *    8  data, from `out` on
 */
const HEADER_BYTES = 8;

/** Bytes of data of the rings: small, so that packets wrap. */
export const RING_BYTES = 4096;

const UNITS = RING_BYTES / 8;

/** A pointer, mostly one that can be. */
function pointer(value: number): number {
  return value < 0x8000 ? (value % UNITS) * 8 : value - 0x8000;
}

/** The image that an input stands for. */
export function ringImage(input: Input): Uint8Array<ArrayBuffer> {
  const image = new Uint8Array(PAGE_BYTES + RING_BYTES);
  writeWord(image, 0, pointer(input.u16()));
  const out = pointer(input.u16());
  writeWord(image, 4, out);
  writeWord(image, 12, input.u32());
  const data = input.bytes(RING_BYTES);
  const start = (out % UNITS) * 8;
  const head = data.subarray(0, RING_BYTES - start);
  image.set(head, PAGE_BYTES + start);
  image.set(data.subarray(head.length), PAGE_BYTES);
  return image;
}

/** How many packets of a recorded ring make a seed, and how long it may get. */
const SEED_PACKETS = 6;
const SEED_BYTES = 1024;

/** The beginnings of the rings that others wrote. `prefix`: what a target takes before the ring. */
export function ringSeeds(prefix: readonly number[]): Uint8Array[] {
  return VECTORS.map(({ name }, i) => {
    const image = vectorImage(name);
    const size = image.length - PAGE_BYTES;
    const out = readWord(image, 4);
    let length = 0;
    for (let packets = 0; packets < SEED_PACKETS + i; packets++) {
      const packetBytes = packetBytesAt(image, (out + length) % size);
      if (length + packetBytes > SEED_BYTES) break;
      length += packetBytes;
    }
    const data = Uint8Array.from({ length }, (_, at) => image[PAGE_BYTES + ((out + at) % size)]!);
    // Not all at the same place: some wrap.
    const start = i % 2 === 0 ? 0 : RING_BYTES - 200;
    const header = new Uint8Array(HEADER_BYTES);
    const view = new DataView(header.buffer);
    view.setUint16(0, ((start + length) % RING_BYTES) / 8, true);
    view.setUint16(2, start / 8, true);
    return Uint8Array.from([...prefix, ...header, ...data]);
  });
}
