import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { FlatRingMem, Full, IncomingRing, OutgoingPacketType, OutgoingRing } from '../../src/index.ts';
import { captureRing, inspectRingImage, type RingReport } from '../../src/inspect/index.ts';
import { type ContractPacket, contractPackets, listingLine } from '../support/contract.ts';
import { imageIndex, packetBytesAt, PAGE_BYTES, readWord, writeWord } from './images.ts';
import { vectorImage, VECTORS } from '../support/vectors.ts';
import { listingLineOf } from './listing-line.ts';

function contractLine(packet: ContractPacket): string {
  const { index, type, payload } = packet;
  return listingLine({
    ...packet,
    transactionId: type === 'inband' ? null : BigInt(index),
    payloadBytes: payload.length,
    crc32: crc32(payload).toString(16).padStart(8, '0'),
  });
}

function historyOf(image: Uint8Array): RingReport & { readonly history: NonNullable<RingReport['history']> } {
  const report = inspectRingImage(image, { history: true });
  assert.ok(report.history !== undefined);
  return { ...report, history: report.history };
}

/** A ring of 4096 bytes with empty packets of 24 bytes, `written` of them, `consumed` of which were read. */
function ringOfEmptyPackets(written: number, consumed: number): Uint8Array<ArrayBuffer> {
  const memory = new FlatRingMem(4096);
  const outgoing = new OutgoingRing(memory);
  const incoming = new IncomingRing(memory);
  for (let i = 0; i < written; i++) {
    const write = outgoing.outgoing();
    const packet = { transactionId: BigInt(i), size: 0, typ: OutgoingPacketType.InBandWithCompletion };
    assert.ok(!(outgoing.write(write, packet) instanceof Full));
    outgoing.commitWrite(write);
    if (i >= consumed) continue;
    const read = incoming.incoming();
    assert.notEqual(incoming.read(read), null);
    incoming.commitRead(read);
  }
  return captureRing(memory);
}

function idsOf(image: Uint8Array): (string | null)[] {
  return historyOf(image).history.map((packet) => packet.transactionId);
}

function idsFromTo(first: number, end: number): string[] {
  return Array.from({ length: end - first }, (_, i) => String(first + i));
}

describe('the history of rings written by others', () => {
  for (const { name, seed, packetCount } of VECTORS) {
    it(`${name}: the packets that were sent before, in a chain that ends at out`, () => {
      const image = vectorImage(name);
      const size = image.length - PAGE_BYTES;
      const [inPointer, out] = [readWord(image, 0), readWord(image, 4)];
      const { history, packets, warnings, error } = historyOf(image);
      const wrapped = name.endsWith('wrapped');
      assert.equal(history.length > 0, wrapped, `${history.length} packets`);
      assert.deepEqual(warnings, []);
      assert.equal(error, null);

      let walked = 0;
      for (const [i, { offset }] of history.entries()) {
        const end = (offset + packetBytesAt(image, offset)) % size;
        assert.equal(end, history[i + 1]?.offset ?? out);
        walked += packetBytesAt(image, offset);
      }
      const available = (inPointer - out + size) % size;
      assert.ok(walked <= size - available);

      const first = packetCount - packets.length - history.length;
      const sent = contractPackets(seed, packetCount).slice(first, first + history.length);
      assert.deepEqual(
        history.map((packet, i) => listingLineOf(packet, first + i)),
        sent.map(contractLine),
      );
      // One more would not have fitted, or its beginning was overwritten: the walk did not stop early.
      const before = contractPackets(seed, packetCount)[first - 1];
      if (wrapped && before !== undefined) {
        const { ranges, type, payload } = before;
        const pages = ranges.reduce((sum, range) => sum + range.pages.length, 0);
        const header = type === 'gpa' || type === 'xfer' ? 8 + 8 * (ranges.length + pages) : 0;
        assert.ok(walked + 24 + header + payload.length > size - available);
      }
    });
  }
});

describe('the history', () => {
  it('is everything that was consumed, in a ring that did not come round', () => {
    assert.deepEqual(idsOf(ringOfEmptyPackets(10, 7)), idsFromTo(0, 7));
    assert.deepEqual(idsOf(ringOfEmptyPackets(10, 10)), idsFromTo(0, 10));
    assert.deepEqual(idsOf(ringOfEmptyPackets(10, 0)), []);
  });

  it('is a whole round at most', () => {
    // 4096 bytes hold 170 packets of 24, and 16 bytes of the one before.
    assert.deepEqual(idsOf(ringOfEmptyPackets(1000, 1000)), idsFromTo(830, 1000));
    assert.deepEqual(idsOf(ringOfEmptyPackets(1000, 990)), idsFromTo(830, 990));
  });

  it('ends at a footer that leads to no packet', () => {
    const image = ringOfEmptyPackets(10, 10);
    const footerOfPacket4 = PAGE_BYTES + 5 * 24 - 4;
    for (const wrong of [0, 72, 100, 104, 120, 4096, 0xffffffff]) {
      writeWord(image, footerOfPacket4, wrong);
      assert.deepEqual(idsOf(image), idsFromTo(5, 10), `footer ${wrong}`);
    }
    writeWord(image, footerOfPacket4, 96);
    assert.deepEqual(idsOf(image), idsFromTo(0, 10), 'the right footer');
  });

  it('ends at a footer that names a packet of another length', () => {
    const image = ringOfEmptyPackets(10, 10);
    image[PAGE_BYTES + 96 + 4] = 3;
    assert.deepEqual(idsOf(image), idsFromTo(5, 10));
  });

  it('does not take a whole ring for one packet', () => {
    const image = new Uint8Array(2 * PAGE_BYTES);
    image.set([6, 0, 2, 0, 0xff, 1, 0, 0], PAGE_BYTES); // type 6, length8 511: 4096 bytes with its footer, which holds 0
    assert.deepEqual(historyOf(image).history, []);
    assert.deepEqual(historyOf(image).packets, []);
  });

  it('lists a consumed packet whose ranges do not validate without them, warns, and goes on', () => {
    const image = ringOfEmptyPackets(3, 3);
    // 32 bytes in front of them, at the end of the ring: a GPA-direct packet with a range that is not there.
    const start = imageIndex(image, 4096 - 32);
    image.set([9, 0, 3, 0, 3, 0, 1, 0, 5], start);
    image[start + 20] = 1;
    writeWord(image, start + 28, 4096 - 32);
    const { history, warnings, error } = historyOf(image);
    assert.deepEqual(
      history.map(({ offset, ranges }) => ({ offset, ranges })),
      [4064, 0, 24, 48].map((offset) => ({ offset, ranges: undefined })),
    );
    assert.deepEqual(
      warnings.map(({ code, offset }) => ({ code, offset })),
      [{ code: 'EmptyRange', offset: 4064 }],
    );
    assert.equal(error, null);
  });

  it('is empty where a pointer is invalid, and missing unless asked for', () => {
    const image = ringOfEmptyPackets(10, 10);
    writeWord(image, 0, 4096);
    assert.deepEqual(historyOf(image).history, []);
    assert.ok(!('history' in inspectRingImage(image)));
  });
});
