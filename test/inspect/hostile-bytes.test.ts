import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { inspectRingImage } from '../../src/inspect/index.ts';
import { checkProperty } from '../support/property.ts';
import { checkImage } from './check-image.ts';
import { imageIndex, packetBytesAt, PAGE_BYTES, writeWord } from './images.ts';
import { vectorImage, VECTORS } from '../support/vectors.ts';

/** One change of a real image: of what, which one of them, and to what. */
interface Mutation {
  readonly what: 'control' | 'descriptor' | 'header' | 'footer' | 'anywhere';
  readonly where: number;
  readonly value: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  what: fc.constantFrom('control', 'descriptor', 'header', 'footer', 'anywhere'),
  where: fc.nat({ max: 0xffff }),
  value: fc.oneof(fc.nat({ max: 0xff }), fc.constantFrom(0x80, 0xff)),
});

function mutate(image: Uint8Array<ArrayBuffer>, { what, where, value }: Mutation): void {
  const { packets, history } = inspectRingImage(image, { history: true });
  const all = [...packets, ...history!];
  const offset = all[where % Math.max(1, all.length)]?.offset ?? 0;
  switch (what) {
    case 'control':
      // Any offset, mostly a valid one, in `in` or `out`: packets are then found in the middle of others.
      writeWord(image, where % 2 === 0 ? 0 : 4, value < 0xf0 ? (where * 8) % (image.length - PAGE_BYTES) : where);
      return;
    case 'descriptor':
      image[imageIndex(image, offset + (value % 8))] = where & 0xff;
      return;
    case 'header':
      image[imageIndex(image, offset + 16 + (where % 24))] = value;
      return;
    case 'footer':
      image[imageIndex(image, offset + packetBytesAt(image, offset) - 4 + (where % 4))] = value;
      return;
    default:
      image[where % image.length] = value;
  }
}

/** Units of 8 bytes that look like what rings are made of: random bytes hardly ever get past the first descriptor. */
const unit = fc.oneof(
  fc.constantFrom(
    [6, 0, 2, 0, 2, 0, 0, 0],
    [6, 0, 2, 0, 3, 0, 1, 0],
    [0xb, 0, 2, 0, 2, 0, 0, 0],
    [9, 0, 4, 0, 5, 0, 1, 0],
    [7, 0, 4, 0, 5, 0, 1, 0],
    [0, 0, 0, 0, 1, 0, 0, 0],
    [1, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0],
  ),
  fc.array(fc.nat({ max: 0xff }), { minLength: 8, maxLength: 8 }),
);

describe('whatever the bytes are, an image decodes to what a reader would find', () => {
  it('real rings, damaged', (t) => {
    const property = fc.property(
      fc.constantFrom(...VECTORS.map(({ name }) => name)),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (name, mutations) => {
        const image = vectorImage(name);
        for (const change of mutations) mutate(image, change);
        checkImage(image);
      },
    );
    checkProperty(t, property, 150);
  });

  it('rings of plausible pieces', (t) => {
    const property = fc.property(
      fc.array(unit, { minLength: 1, maxLength: 40 }),
      fc.nat({ max: 511 }),
      fc.nat({ max: 511 }),
      (units, in8, out8) => {
        const image = new Uint8Array(2 * PAGE_BYTES);
        writeWord(image, 0, in8 * 8);
        writeWord(image, 4, out8 * 8);
        for (let i = 0; i < 512; i++) image.set(units[i % units.length]!, PAGE_BYTES + i * 8);
        checkImage(image);
      },
    );
    checkProperty(t, property, 300);
  });

  it('random bytes of any size', (t) => {
    const image = fc.uint8Array({ minLength: 2 * PAGE_BYTES, maxLength: 2 * PAGE_BYTES });
    const any = fc.oneof(fc.uint8Array({ maxLength: 3 * PAGE_BYTES, size: 'max' }), image);
    const property = fc.property(any, (bytes) => {
      const { packets, error } = inspectRingImage(bytes, { hex: true, history: true });
      assert.ok(packets.length <= bytes.length / 24);
      const isImage = bytes.length % PAGE_BYTES === 0 && bytes.length >= 2 * PAGE_BYTES;
      assert.equal(error?.code === 'InvalidRingMemory', !isImage);
    });
    checkProperty(t, property, 100);
  });
});
