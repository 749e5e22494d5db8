import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  FlatRingMem,
  type MultiPagedRangeBuf,
  OutgoingPacketType,
  OutgoingRing,
  PAGE_SIZE,
  PagedRange,
  PacketSize,
} from '../../src/index.ts';
import { IN_BAND, type PacketKind, RingMover } from '../../bench/jobs/ring-mover.ts';
import { RING_BYTES } from '../../bench/one-thread/memories.ts';
import { CompletionMover } from '../../bench/packet-types/completion-mover.ts';
import { KINDS } from '../../bench/packet-types/kinds.ts';
import { MOVERS, WAYS } from '../../bench/packet-types/movers.ts';

/** The smallest packets do not fill a ring, the others wrap. */
const MESSAGES = 1600;

describe('what the benchmark of packet types measures', () => {
  for (const way of WAYS) {
    for (const batch of [1, 16]) {
      it(`${way}: moves packets, ${batch} a commit`, async () => {
        for (const payloadBytes of [8, 256]) await MOVERS.create(way, payloadBytes, batch).move(MESSAGES, true);
      });
    }
  }

  const sizes: readonly [string, PacketKind, number][] = [
    ['in band', IN_BAND, PacketSize.inBand(8)],
    ['GPA direct, one range of 4 pages', KINDS['GPA direct'], PacketSize.gpaDirect(1, 4, 8)],
    ['transfer pages, 8 ranges', KINDS['transfer pages'], PacketSize.transferPages(8, 8)],
  ];
  for (const [name, kind, bytes] of sizes) {
    it(`${name}: takes ${bytes} bytes of the ring for each packet`, () => {
      const memory = new FlatRingMem(RING_BYTES);
      new RingMover(memory, 8, 16, kind).move(MESSAGES, true);
      const [inPointer, outPointer] = memory.control();
      assert.equal(inPointer, (bytes * MESSAGES) % RING_BYTES);
      assert.equal(outPointer, inPointer);
    });
  }

  it('completions go back through the other ring', () => {
    const memories = [new FlatRingMem(RING_BYTES), new FlatRingMem(RING_BYTES)] as const;
    new CompletionMover(...memories, 8, 16).move(MESSAGES, true);
    for (const memory of memories)
      assert.equal(memory.control()[1], (PacketSize.completion(8) * MESSAGES) % RING_BYTES);
  });

  it('ranges are read, or not, as the name says', () => {
    const rangesOf = (kind: PacketKind): unknown => {
      const mover = new RingMover(new FlatRingMem(RING_BYTES), 8, 1, kind);
      mover.move(1, false);
      return mover.ranges;
    };
    assert.equal((rangesOf(KINDS['GPA direct']) as MultiPagedRangeBuf).first()?.length, 4 * PAGE_SIZE);
    assert.equal((rangesOf(KINDS['transfer pages']) as unknown[]).length, 8);
    assert.equal(rangesOf(KINDS['GPA direct, headers only']), null);
    assert.equal(rangesOf(KINDS['transfer pages, headers only']), null);
  });
});

describe('the benchmark of packet types is found out', () => {
  const moveAs = (kind: PacketKind, typ: OutgoingPacketType): void =>
    new RingMover(new FlatRingMem(RING_BYTES), 8, 1, { ...kind, typ }).move(1, true);

  it('where other ranges or another kind of packet come', () => {
    const pages = OutgoingPacketType.GpaDirect([PagedRange.of(0, 4 * PAGE_SIZE, [1n, 2n, 3n, 4n])]);
    assert.throws(() => moveAs(KINDS['GPA direct'], pages), /the GPA ranges are/);
    assert.throws(() => moveAs(KINDS['transfer pages'], OutgoingPacketType.TransferPages(1, [])), /another page set/);
    assert.throws(
      () => moveAs(KINDS['transfer pages'], OutgoingPacketType.TransferPages(0xcafe, [])),
      /other transfer/,
    );
    assert.throws(() => moveAs(IN_BAND, OutgoingPacketType.Completion), /a packet of kind Completion came/);
  });

  it('where the payload of one packet in a batch changes', () => {
    const memory = new FlatRingMem(RING_BYTES);
    const data = new Uint8Array(memory.buffer, memory.byteOffset + PAGE_SIZE);
    // Each packet's reading spoils the payload of the next one.
    const spoils: PacketKind['readRanges'] = (_ring, { offset, size }) => (data[offset + size + 16]! ^= 1);
    const mover = new RingMover(memory, 8, 16, { ...IN_BAND, readRanges: spoils });
    assert.throws(() => mover.move(16, true), /message 1 is not what was sent/);
  });

  it('where the completion is of another request', () => {
    const completions = new FlatRingMem(RING_BYTES);
    const other = new OutgoingRing(completions);
    const offset = other.outgoing();
    other.write(offset, { transactionId: 99, size: 8, typ: OutgoingPacketType.Completion });
    other.commitWrite(offset);
    const mover = new CompletionMover(new FlatRingMem(RING_BYTES), completions, 8, 1);
    assert.throws(() => mover.move(1, true), /no completion of request 0/);
  });
});
