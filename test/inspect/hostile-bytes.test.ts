import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  GPA_RANGE_ERRORS,
  GpaRangeError,
  IncomingRing,
  readGpaRanges,
  SingleMappedRingMem,
  VMBUS_RING_ERRORS,
  VmbusRingError,
} from '../../src/index.ts';
import {
  formatRingJson,
  formatRingText,
  inspectRingImage,
  RingImage,
  type RingReport,
} from '../../src/inspect/index.ts';
import { checkProperty } from '../support/property.ts';
import { imageIndex, packetBytesAt, PAGE_BYTES, readWord, writeWord } from './images.ts';
import { vectorImage, VECTORS } from '../support/vectors.ts';

const ERROR_CODES = new Set([...Object.keys(VMBUS_RING_ERRORS), ...Object.keys(GPA_RANGE_ERRORS)]);
const TYPES = new Set(['in-band', 'completion', 'gpa-direct', 'transfer-pages']);
const PACKET_KEYS = ['offset', 'type', 'transactionId', 'payloadLength', 'crc32', 'transferPageSetId', 'ranges'];

/** What a reader makes of the same image: where each packet lies, and the error that ends it. */
function readAll(image: Uint8Array): { readonly offsets: number[]; readonly code: string | null } {
  const offsets: number[] = [];
  try {
    const ring = new IncomingRing(new SingleMappedRingMem(new Uint8Array(image)));
    const offset = ring.incoming();
    for (let packet = ring.read(offset); packet !== null; packet = ring.read(offset)) {
      offsets.push(packet.offset);
      if (packet.typ.kind === 'GpaDirect') readGpaRanges(ring, packet);
    }
  } catch (error) {
    if (error instanceof VmbusRingError || error instanceof GpaRangeError) return { offsets, code: error.code };
    throw error;
  }
  return { offsets, code: null };
}

function checkPackets(report: RingReport): void {
  for (const packet of [...report.packets, ...report.history!]) {
    assert.ok(TYPES.has(packet.type));
    assert.ok(packet.offset >= 0 && packet.offset < report.size && packet.offset % 8 === 0);
    assert.match(packet.crc32, /^[0-9a-f]{8}$/);
    assert.equal(packet.payloadHex?.length, packet.payloadLength * 2);
    const keys = Object.keys(packet).filter((key) => key !== 'payloadHex');
    assert.deepEqual(
      keys,
      PACKET_KEYS.filter((key) => keys.includes(key)),
    );
  }
}

/** Consumed packets adjoin each other and `out`, and take no byte that is the reader's. */
function checkHistory(image: Uint8Array<ArrayBuffer>, report: RingReport): void {
  const { size } = report;
  let at = report.control.out;
  let walked = 0;
  for (const { offset } of report.history!.toReversed()) {
    const bytes = packetBytesAt(image, offset);
    assert.equal((offset + bytes) % size, at);
    assert.equal(readWord(image, imageIndex(image, offset + bytes - 4)), offset);
    at = offset;
    walked += bytes;
  }
  const available = (report.control.in - report.control.out + size) % size;
  assert.ok(walked === 0 || walked <= size - available);
}

/** Everything that must hold of an image, whatever is in it. */
function checkImage(image: Uint8Array<ArrayBuffer>): void {
  const before = new Uint8Array(image);
  const options = { hex: true, history: true };
  const report = inspectRingImage(image, options);
  const read = readAll(image);
  assert.deepEqual(
    report.packets.map(({ offset }) => offset),
    read.offsets,
  );
  assert.equal(report.error?.code ?? null, read.code);
  if (report.error !== null) assert.ok(ERROR_CODES.has(report.error.code));
  for (const { code } of report.warnings) assert.ok(code === 'FooterMismatch' || ERROR_CODES.has(code));
  checkPackets(report);
  checkHistory(image, report);
  const opened = new RingImage(image);
  assert.equal(JSON.stringify(JSON.parse([...formatRingJson(opened, options)].join(''))), JSON.stringify(report));
  for (const line of formatRingText(opened, options)) assert.match(line, /^[ -~]*$/);
  assert.deepEqual(image, before, 'the image was changed');
}

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
