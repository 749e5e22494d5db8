import assert from 'node:assert/strict';
import {
  ChannelImage,
  formatChannelJson,
  formatChannelText,
  formatRingJson,
  formatRingText,
  inspectChannelImage,
  inspectRingImage,
  isChannelImage,
  RingImage,
} from '../../../src/inspect/index.ts';
import { createChannelHeader } from '../../../src/transport/channel-file/header.ts';
import { channelBytes, type ChannelSizes, ringOffset } from '../../../src/transport/channel-layout.ts';
import { PAGE_BYTES, readWord, writeWord } from '../../inspect/images.ts';
import { outcomeOf } from '../../support/typed-errors.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { Input } from './input.ts';
import { ringImage, ringSeeds } from './ring-input.ts';
import { sparseBytes, toSparse } from './sparse-input.ts';

const OPTIONS = { hex: true, history: true };

/** No longer than four pages and a channel with two small rings. */
const LONGEST_FILE = 7 * PAGE_BYTES;

const SEED_BYTES = 3000;

/** What the words at the beginning of a file say that it is, straight from the table of layout.ts. */
function judgeHeader(bytes: Uint8Array<ArrayBuffer>): string | null {
  const word = (at: number): number => readWord(bytes, 4 * at);
  if (bytes.length < PAGE_BYTES || Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== 'VMBUSRNG') {
    return 'NotAChannel';
  }
  if (word(2) !== 1) return 'WrongVersion';
  if (word(3) !== 1) return 'NotAChannel';
  const sizes = [word(4), word(5)];
  for (const size of sizes) if (size === 0 || size % 4096 !== 0 || size > 2 ** 30) return 'NotAChannel';
  return bytes.length === 3 * 4096 + sizes[0]! + sizes[1]! ? null : 'WrongSize';
}

/** The pair of counters at `word` that agrees with `index`, in decimal. */
function slowFlow(bytes: Uint8Array<ArrayBuffer>, word: number, index: number, size: number): object | null {
  const view = new DataView(bytes.buffer);
  for (const at of [4 * word, 4 * word + 16]) {
    const [packets, total] = [view.getBigUint64(at, true), view.getBigUint64(at + 8, true)];
    if (total % BigInt(size) === BigInt(index)) return { packets: packets.toString(), bytes: total.toString() };
  }
  return null;
}

function checkChannel(bytes: Uint8Array<ArrayBuffer>): void {
  const report = inspectChannelImage(bytes, OPTIONS);
  const opened = ChannelImage.of(bytes);
  assert.equal(report.error?.code ?? null, judgeHeader(bytes));
  assert.equal(opened instanceof ChannelImage, report.error === null);
  if (!(opened instanceof ChannelImage)) return assert.deepEqual([report.rings, report.ends], [[], []]);
  const sizes: ChannelSizes = [readWord(bytes, 16), readWord(bytes, 20)];
  for (const end of [0, 1] as const) {
    const start = ringOffset(end, sizes);
    const { ring, produced, consumed } = report.rings[end]!;
    assert.deepEqual(ring, inspectRingImage(bytes.slice(start, start + PAGE_BYTES + sizes[end]), OPTIONS));
    assert.deepEqual(produced, slowFlow(bytes, 64 + 32 * end, ring.control.in, sizes[end]));
    assert.deepEqual(consumed, slowFlow(bytes, 80 + 32 * end, ring.control.out, sizes[end]));
    assert.equal(report.ends[end]?.process, readWord(bytes, 4 * (18 + end)));
  }
  assert.deepEqual(JSON.parse([...formatChannelJson(opened, OPTIONS)].join('')), JSON.parse(JSON.stringify(report)));
  for (const line of formatChannelText(opened, OPTIONS)) assert.match(line, /^[ -~]*$/);
}

function checkRing(bytes: Uint8Array<ArrayBuffer>): void {
  const isImage = bytes.length >= 2 * PAGE_BYTES && bytes.length % PAGE_BYTES === 0;
  const report = inspectRingImage(bytes, OPTIONS);
  assert.equal(report.error?.code === 'InvalidRingMemory', !isImage);
  const opened = outcomeOf(() => new RingImage(bytes));
  assert.equal(opened.code, isImage ? null : 'VmbusRingError InvalidRingMemory');
  if (opened.code !== null) return;
  assert.deepEqual(JSON.parse([...formatRingJson(opened.value, OPTIONS)].join('')), JSON.parse(JSON.stringify(report)));
  for (const line of formatRingText(opened.value, OPTIONS)) assert.match(line, /^[ -~]*$/);
}

/** Files that `vmbus-ring inspect` may be given, of any size, those of channels among them. */
export const imageFiles: FuzzTarget = {
  sources: ['src/inspect/', 'src/transport/channel-file/header.ts', 'src/transport/channel-file/read-flow.ts'],
  run(bytes) {
    const input = new Input(bytes);
    const [pages, more] = [input.u8(), input.u8()];
    input.bytes(6);
    const image = sparseBytes(input, Math.min((pages % 8) * PAGE_BYTES + more, LONGEST_FILE));
    const before = new Uint8Array(image);
    checkChannel(image);
    checkRing(image);
    assert.equal(
      isChannelImage(image),
      Buffer.from(image.subarray(0, 8)).toString() === 'VMBUSRNG' && image.length >= PAGE_BYTES,
    );
    assert.equal(Buffer.compare(image, before), 0, 'the file was changed');
  },
  seeds: () => [
    ...[channelFile([4096, 4096]), channelFile([8192, 4096]), ...ringSeeds([]).map(imageOf)].map(fileSeed),
    Uint8Array.of(2, 0),
    Uint8Array.of(1, 77),
  ],
};

function imageOf(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  return ringImage(new Input(new Uint8Array(seed)));
}

function fileSeed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([bytes.length / PAGE_BYTES, 0, 0, 0, 0, 0, 0, 0, ...toSparse(bytes, SEED_BYTES)]);
}

/** A channel's file with two rings that others wrote the beginnings of. */
function channelFile(sizes: ChannelSizes): Uint8Array {
  const bytes = new Uint8Array(channelBytes(sizes));
  bytes.set(createChannelHeader(sizes));
  // Not random: the same seed each time.
  for (let word = 6; word < 10; word++) writeWord(bytes, 4 * word, word);
  const rings = ringSeeds([]).map(imageOf);
  for (const end of [0, 1] as const) {
    const ring = rings[end]!;
    bytes.set(ring, ringOffset(end, sizes));
    writeWord(bytes, 4 * (66 + 32 * end), readWord(ring, 0));
    writeWord(bytes, 4 * (82 + 32 * end), readWord(ring, 4));
  }
  return bytes;
}
