import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  ChannelImage,
  formatChannelJson,
  formatChannelText,
  inspectChannelImage,
  inspectRingImage,
  isChannelImage,
} from '../../src/inspect/index.ts';
import { createChannelHeader } from '../../src/transport/channel-file/header.ts';
import { channelBytes, type ChannelSizes, ringOffset } from '../../src/transport/channel-layout.ts';
import { checkProperty } from '../support/property.ts';
import { vectorImage } from '../support/vectors.ts';
import { PAGE_BYTES, writeWord } from './images.ts';

/** Ring 0 is one that Linux wrote, ring 1 is empty. */
const RING = vectorImage('linux-4k-wrapped');
const SIZES: ChannelSizes = [RING.length - PAGE_BYTES, 8192];

function channelFile(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(channelBytes(SIZES));
  bytes.set(createChannelHeader(SIZES));
  bytes.set(RING, ringOffset(0, SIZES));
  return bytes;
}

function opened(bytes: Uint8Array): ChannelImage {
  const image = ChannelImage.of(bytes);
  assert.ok(image instanceof ChannelImage, 'code' in image ? image.message : '');
  return image;
}

describe('the image of a channel', () => {
  it('has both ends and both rings', () => {
    const bytes = channelFile();
    writeWord(bytes, 4 * 16, 1);
    writeWord(bytes, 4 * 18, 4711);
    writeWord(bytes, 4 * 17, 77);
    const image = opened(bytes);
    assert.deepEqual(image.ends, [
      { state: 'open', process: 4711 },
      { state: 'died', process: 0 },
    ]);
    assert.match(image.identity, /^[0-9a-f]{32}$/);
    assert.deepEqual(image.rings[0].report({ hex: true }), inspectRingImage(RING, { hex: true }));
    assert.deepEqual([image.rings[1].size, image.rings[1].summary().packetCount], [8192, 0]);
  });

  it('has the counters that agree with in and out, whole', () => {
    const bytes = channelFile();
    const { control, size } = opened(bytes).rings[0];
    // The pair that is not in use comes first, and is in the middle of a change.
    const put = (word: number, index: number): void => {
      writeWord(bytes, 4 * (word + 2), index + 8);
      writeWord(bytes, 4 * (word + 4), 7);
      writeWord(bytes, 4 * (word + 5), 1);
      writeWord(bytes, 4 * (word + 6), index + 3 * size);
      writeWord(bytes, 4 * (word + 7), 2);
    };
    put(64, control.in);
    put(80, control.out);
    const flow = opened(bytes).flow(0);
    const bytesOf = (index: number): bigint => 2n * 2n ** 32n + BigInt(index + 3 * size);
    assert.deepEqual(flow, {
      produced: { packets: 2n ** 32n + 7n, bytes: bytesOf(control.in) },
      consumed: { packets: 2n ** 32n + 7n, bytes: bytesOf(control.out) },
    });
    assert.deepEqual(opened(bytes).report().rings[0]?.produced, {
      packets: '4294967303',
      bytes: String(bytesOf(control.in)),
    });
    assert.deepEqual(opened(channelFile()).flow(0), { produced: null, consumed: null });
    assert.deepEqual(opened(bytes).flow(1).produced, { packets: 0n, bytes: 0n });
  });

  it('takes bytes that begin anywhere', () => {
    const bytes = channelFile();
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const want = opened(bytes).report();
    assert.deepEqual(opened(shifted.subarray(3)).report(), want);
    assert.deepEqual(opened(Buffer.from(shifted.buffer, 3)).report(), want);
  });

  for (const [what, code, change] of [
    ['another magic', 'NotAChannel', (bytes) => writeWord(bytes, 0, 0)],
    ['another version', 'WrongVersion', (bytes) => writeWord(bytes, 8, 2)],
    ['a file that was never finished', 'NotAChannel', (bytes) => writeWord(bytes, 12, 0)],
    ['a ring of no whole number of pages', 'NotAChannel', (bytes) => writeWord(bytes, 16, 4097)],
    ['a larger ring than there is room for', 'WrongSize', (bytes) => writeWord(bytes, 20, 12288)],
  ] as [string, string, (bytes: Uint8Array<ArrayBuffer>) => void][]) {
    it(`is refused for ${what}`, () => {
      const bytes = channelFile();
      change(bytes);
      const finding = ChannelImage.of(bytes);
      assert.ok(!(finding instanceof ChannelImage));
      assert.equal(finding.code, code);
      assert.match(finding.message, /^this is no channel's file: [ -~]+$/);
      assert.deepEqual(inspectChannelImage(bytes), { identity: null, ends: [], rings: [], error: finding });
    });
  }

  it('is known by its first page', () => {
    assert.equal(isChannelImage(channelFile().subarray(0, PAGE_BYTES)), true);
    assert.equal(isChannelImage(channelFile().subarray(0, PAGE_BYTES - 1)), false);
    assert.equal(isChannelImage(RING), false);
  });

  it('never throws, and says the same as text, JSON and report, whatever the bytes are', (t) => {
    const change = fc.tuple(fc.nat({ max: channelBytes(SIZES) - 1 }), fc.nat({ max: 0xff }));
    const early = fc.tuple(fc.nat({ max: 511 }), fc.nat({ max: 0xff }));
    const changes = fc.array(fc.oneof(change, early), { maxLength: 12 });
    const property = fc.property(changes, fc.nat({ max: channelBytes(SIZES) }), (list, cut) => {
      const bytes = channelFile();
      for (const [at, value] of list) bytes[at] = value;
      const before = new Uint8Array(bytes);
      for (const some of [bytes, bytes.subarray(cut)]) {
        const options = { history: true, hex: true };
        const report = inspectChannelImage(some, options);
        const image = ChannelImage.of(some);
        if (!(image instanceof ChannelImage)) {
          assert.deepEqual(report.error, image);
          continue;
        }
        const text = [...formatChannelJson(image, options)].join('');
        assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(report));
        for (const line of formatChannelText(image, options)) assert.match(line, /^[ -~]*$/);
      }
      assert.deepEqual(bytes, before, 'the image was changed');
    });
    checkProperty(t, property, 200);
  });
});
