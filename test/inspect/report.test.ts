import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import {
  FlatRingMem,
  Full,
  OutgoingPacketType,
  OutgoingRing,
  PagedRange,
  VmbusRingError,
  type OutgoingPacket,
} from '../../src/index.ts';
import { captureRing, formatRingJson, inspectRingImage, inspectRingMem, RingImage } from '../../src/inspect/index.ts';
import { MEMORY_KINDS } from '../support/memories.ts';
import { imageIndex, PAGE_BYTES, readWord, writeWord } from './images.ts';
import { vectorImage } from '../support/vectors.ts';

const MAX_ID = 2n ** 64n - 1n;

const ONE_OF_EACH: readonly OutgoingPacket[] = [
  { transactionId: 1n, size: 0, typ: OutgoingPacketType.InBandNoCompletion },
  { transactionId: MAX_ID, size: 9, typ: OutgoingPacketType.InBandWithCompletion },
  { transactionId: 0n, size: 8, typ: OutgoingPacketType.Completion },
  {
    transactionId: 3n,
    size: 8,
    typ: OutgoingPacketType.GpaDirect([PagedRange.of(4095, 2, [MAX_ID, 7n]), PagedRange.of(0, 1, [0n])]),
  },
  {
    transactionId: 4n,
    size: 16,
    typ: OutgoingPacketType.TransferPages(0xffff, [{ byteCount: 0xffffffff, byteOffset: 0 }]),
  },
];

/** A ring with one packet of each kind, payloads of 0x5a. */
function ringOfEach(): FlatRingMem {
  const memory = new FlatRingMem(8192);
  const ring = new OutgoingRing(memory);
  const offset = ring.outgoing();
  for (const packet of ONE_OF_EACH) {
    const range = ring.write(offset, packet);
    assert.ok(!(range instanceof Full));
    range.writer(ring).fill(0x5a, packet.size);
  }
  ring.commitWrite(offset);
  return memory;
}

/** Of `bytes` times 0x5a, padded with zeros. */
function crcOf(bytes: number, paddedBytes: number): string {
  return crc32(new Uint8Array(paddedBytes).fill(0x5a, 0, bytes))
    .toString(16)
    .padStart(8, '0');
}

const ZERO_CONTROL = { in: 0, out: 0, interruptMask: 0, pendingSendSize: 0, featureBits: 0 };

describe('a report', () => {
  it('has exactly the shape that the command promises', () => {
    const report = inspectRingMem(ringOfEach());
    assert.deepEqual(report, {
      size: 8192,
      control: { in: 232, out: 0, interruptMask: 0, pendingSendSize: 0, featureBits: 1 },
      packets: [
        { offset: 0, type: 'in-band', transactionId: null, payloadLength: 0, crc32: '00000000' },
        { offset: 24, type: 'in-band', transactionId: '18446744073709551615', payloadLength: 16, crc32: crcOf(9, 16) },
        { offset: 64, type: 'completion', transactionId: '0', payloadLength: 8, crc32: crcOf(8, 8) },
        {
          offset: 96,
          type: 'gpa-direct',
          transactionId: '3',
          payloadLength: 8,
          crc32: crcOf(8, 8),
          ranges: [
            { byteCount: 2, byteOffset: 4095, pageNumbers: ['18446744073709551615', '7'] },
            { byteCount: 1, byteOffset: 0, pageNumbers: ['0'] },
          ],
        },
        {
          offset: 176,
          type: 'transfer-pages',
          transactionId: '4',
          payloadLength: 16,
          crc32: crcOf(16, 16),
          transferPageSetId: 65535,
          ranges: [{ byteCount: 4294967295, byteOffset: 0 }],
        },
      ],
      warnings: [],
      error: null,
    });
  });

  it('has payloads in hexadecimal if asked, of consumed packets as well', () => {
    const image = captureRing(ringOfEach());
    writeWord(image, 4, 96);
    const { history, packets } = inspectRingImage(image, { hex: true, history: true });
    assert.deepEqual(
      [...history!, ...packets].map((packet) => packet.payloadHex),
      ['', `${'5a'.repeat(9)}${'00'.repeat(7)}`, '5a'.repeat(8), '5a'.repeat(8), '5a'.repeat(16)],
    );
  });

  it('warns of each footer that does not hold the offset of its packet, and of nothing else in a footer', () => {
    const image = captureRing(ringOfEach());
    writeWord(image, PAGE_BYTES + 24 - 8, 0xdeadbeef); // the reserved half: ignored
    writeWord(image, PAGE_BYTES + 64 - 4, 32);
    writeWord(image, PAGE_BYTES + 232 - 4, 0xffffffff);
    const { packets, warnings, error } = inspectRingImage(image);
    assert.equal(packets.length, 5);
    assert.equal(error, null);
    assert.deepEqual(warnings, [
      { code: 'FooterMismatch', offset: 24, message: 'footer of the packet at ring offset 24 holds 32' },
      { code: 'FooterMismatch', offset: 176, message: 'footer of the packet at ring offset 176 holds 4294967295' },
    ]);
  });

  it('ends at a list of ranges that does not validate, with its packet and what was before', () => {
    const image = captureRing(ringOfEach());
    writeWord(image, PAGE_BYTES + 96 + 24, 0); // byte count of its first range
    writeWord(image, PAGE_BYTES + 176 - 4, 0); // its footer
    const { packets, warnings, error } = inspectRingImage(image);
    assert.deepEqual(
      packets.map(({ offset }) => offset),
      [0, 24, 64, 96],
    );
    assert.deepEqual(Object.keys(packets[3]!), ['offset', 'type', 'transactionId', 'payloadLength', 'crc32']);
    assert.equal(warnings[0]?.offset, 96);
    assert.deepEqual(error, {
      code: 'EmptyByteCount',
      offset: 96,
      message: 'GPA ranges of the packet at ring offset 96: empty byte count',
    });
  });

  it('ends at a packet that is none, with what was before', () => {
    const image = captureRing(ringOfEach());
    image[imageIndex(image, 64)] = 0xa;
    const { packets, error } = inspectRingImage(image);
    assert.equal(packets.length, 2);
    assert.equal(error?.code, 'InvalidDescriptorType');
    assert.equal(error?.offset, 64);
  });

  it('says which pointer is wrong, and looks at no packet', () => {
    for (const [byteOffset, value] of [
      [0, 8192],
      [0, 260],
      [4, 4],
      [4, 0xfffffff8],
    ] as const) {
      const image = captureRing(ringOfEach());
      writeWord(image, byteOffset, value);
      const { packets, warnings, error } = inspectRingImage(image);
      assert.deepEqual([packets, warnings], [[], []]);
      const message = `invalid ring buffer pointer: ${value} is no multiple of 8 below 8192`;
      assert.deepEqual(error, { code: 'InvalidRingPointer', offset: null, message });
    }
  });

  it('finds the same wherever the bytes lie in their buffer, and changes none of them', () => {
    const image = vectorImage('linux-4k-wrapped');
    const want = inspectRingImage(image, { hex: true, history: true });
    for (const shift of [0, 1, 4, 8]) {
      const buffer = new SharedArrayBuffer(image.length + 16);
      const bytes = new Uint8Array(buffer, shift, image.length);
      bytes.set(image);
      assert.deepEqual(inspectRingImage(bytes, { hex: true, history: true }), want);
      assert.deepEqual(new Uint8Array(bytes), image);
    }
  });

  it('says so where the bytes are no image', () => {
    for (const length of [0, 1, 127, 128, 4095, 4096, 4097, 8191, 8193, 12287]) {
      const bytes = new Uint8Array(length);
      const report = inspectRingImage(bytes);
      assert.equal(report.error?.code, 'InvalidRingMemory');
      assert.equal(report.error.offset, null);
      assert.deepEqual(
        { ...report, error: null },
        {
          size: Math.max(0, length - 4096),
          control: ZERO_CONTROL,
          packets: [],
          warnings: [],
          error: null,
        },
      );
      assert.throws(() => new RingImage(bytes), VmbusRingError);
    }
    assert.equal(inspectRingImage(new Uint8Array(128).fill(1)).control.featureBits, 0x01010101);
    assert.deepEqual(inspectRingImage(new Uint8Array(0), { history: true }).history, []);
  });
});

describe('the JSON document', () => {
  it('is the report, key by key', () => {
    const image = new RingImage(captureRing(ringOfEach()));
    for (const options of [{}, { hex: true }, { history: true }, { hex: true, history: true }]) {
      const text = [...formatRingJson(image, options)].join('');
      assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(image.report(options)));
      assert.ok(text.endsWith('}\n'));
    }
  });
});

describe('a captured ring', () => {
  for (const kind of MEMORY_KINDS) {
    it(`is the image of the ring, over ${kind.name}`, () => {
      const image = vectorImage('openvmm-64k-wrapped');
      const memory = kind.make(image.length - PAGE_BYTES);
      memory.load(image);
      const captured = captureRing(memory.memory);
      assert.deepEqual(captured.subarray(PAGE_BYTES), image.subarray(PAGE_BYTES));
      for (const word of [0, 1, 2, 3, 16]) assert.equal(readWord(captured, word * 4), readWord(image, word * 4));
      assert.deepEqual(memory.image(), image, 'the ring was changed');
      assert.deepEqual(inspectRingMem(memory.memory, { history: true }), inspectRingImage(image, { history: true }));
    });
  }

  it('does not follow the ring', () => {
    const memory = ringOfEach();
    const image = RingImage.capture(memory);
    const before = image.report();
    new Uint8Array(memory.buffer).fill(0xff);
    assert.deepEqual(image.report(), before);
  });
});
