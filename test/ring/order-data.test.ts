import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Full,
  type IncomingOffset,
  type IncomingPacket,
  type OutgoingOffset,
  readGpaRanges,
  readTransferPageRanges,
} from '../../src/index.ts';
import type { FillVia, ReadVia } from '../model/operations.ts';
import { packetExtent, packetImage } from '../model/packet-bytes.ts';
import { PACKET_KINDS, type PacketSpec } from '../model/packet-spec.ts';
import { checkRange, fillRange } from '../model/payload-ways.ts';
import { outgoingPacket, randomKind } from '../model/random-packet.ts';
import { Xorshift } from '../support/xorshift.ts';
import { type Access, controlOf, dataOf } from '../support/recording.ts';
import { OrderJudge } from '../support/recording-judge.ts';
import { PATHS, RecordedRing } from '../support/recording-ring.ts';

// Every access of both ends to data and control words, over traffic that comes to every place of the ring with every kind
// of packet and both sides of each limit in the copies: each is checked against what its end knew at that moment.

const ROUNDS = 250;
const SEED = 0x0dde;
const FILL_WAYS: readonly FillVia[] = ['write', 'unaligned', 'pieces', 'words', 'fill'];
const READ_WAYS: readonly ReadVia[] = ['readAll', 'unaligned', 'pieces', 'words'];

/** Bytes that are read of a packet before its payload and its ranges are: each once. */
function headBytes({ typ }: PacketSpec): number {
  return typ.kind === 'GpaDirect' || typ.kind === 'TransferPages' ? 24 : 16;
}

/** How often each byte of the ring was loaded, or stored, in `accesses`. */
function countBytes(accesses: readonly Access[], op: 'load' | 'store', size: number): Uint8Array {
  const counts = new Uint8Array(size);
  for (const access of dataOf(accesses)) {
    assert.equal(access.op, op);
    for (let i = 0; i < access.bytes; i++) counts[access.offset + i]! += 1;
  }
  return counts;
}

/** Throws unless exactly the `bytes` bytes from ring offset `start` on were accessed, each once. */
function checkOnce(counts: Uint8Array, start: number, bytes: number): void {
  const expected = new Uint8Array(counts.length);
  for (let i = 0; i < bytes; i++) expected[(start + i) % counts.length] = 1;
  const at = counts.findIndex((count, i) => count !== expected[i]);
  assert.equal(at, -1, `byte ${at} was accessed ${counts[at]} times in place of ${expected[at]}`);
}

/** Traffic on a recorded ring, one packet at a time into the batch. */
class Traffic {
  readonly ring: RecordedRing;
  readonly #random = new Xorshift(SEED);
  readonly #writes: OutgoingOffset;
  readonly #reads: IncomingOffset;
  #pending: PacketSpec[] = [];
  wrapped = 0;

  constructor(ring: RecordedRing) {
    this.ring = ring;
    this.#writes = ring.outgoing.outgoing();
    this.#reads = ring.incoming.incoming();
  }

  round(i: number): void {
    const random = this.#random;
    const length = [random.below(60), random.below(600), random.below(600), 4096 + random.below(1000)][i % 4]!;
    const payload = i % 3 === 0 ? new Uint8Array(length).fill(i) : random.bytes(length);
    const typ = randomKind(PACKET_KINDS[i % PACKET_KINDS.length]!, random);
    const spec = { typ, transactionId: random.u64(), payload };
    if (!this.#write(spec, i)) {
      this.#exchange();
      assert.ok(this.#write(spec, i), 'an empty ring is full');
    }
    if (random.below(3) === 0) this.#exchange();
  }

  #write(spec: PacketSpec, i: number): boolean {
    const { ring } = this;
    const { nextIn } = this.#writes.inspect();
    const { headerBytes, totalBytes } = packetExtent(spec);
    const { result: range, accesses } = ring.recorder.watch(() =>
      ring.outgoing.write(this.#writes, outgoingPacket(spec)),
    );
    if (range instanceof Full) {
      assert.deepEqual(dataOf(accesses), []);
      return false;
    }
    if (nextIn + totalBytes > ring.size) this.wrapped++;
    const stored = countBytes(accesses, 'store', ring.size);
    for (let at = 0; at < headerBytes; at++) assert.ok(stored[(nextIn + at) % ring.size]! > 0, `header byte ${at}`);
    const filled = ring.recorder.during(() => {
      fillRange(ring.outgoing, range, spec.payload, FILL_WAYS[i % FILL_WAYS.length]!, i + 1);
    });
    assert.deepEqual(controlOf(filled), []);
    checkOnce(countBytes(filled, 'store', ring.size), range.offset, range.length);
    this.#pending.push(spec);
    return true;
  }

  /** Publishes the batch, reads it, gives it back. */
  #exchange(): void {
    const { ring } = this;
    assert.deepEqual(dataOf(ring.recorder.during(() => ring.outgoing.commitWrite(this.#writes))), []);
    this.#pending.forEach((spec, i) => this.#read(spec, i));
    this.#pending = [];
    assert.equal(ring.incoming.read(this.#reads), null);
    assert.deepEqual(dataOf(ring.recorder.during(() => ring.incoming.commitRead(this.#reads))), []);
  }

  /** Header fields are loaded once each, whatever the kind; the footer is not looked at. */
  #read(spec: PacketSpec, i: number): void {
    const { ring } = this;
    const { nextOut } = this.#reads.inspect();
    const { result: packet, accesses: head } = ring.recorder.watch(() => ring.incoming.read(this.#reads));
    assert.notEqual(packet, null);
    checkOnce(countBytes(head, 'load', ring.size), nextOut, headBytes(spec));
    const accesses = ring.recorder.during(() => this.#readPayload(packet!, spec, i));
    assert.deepEqual(controlOf(accesses), []);
  }

  #readPayload(packet: IncomingPacket, spec: PacketSpec, i: number): void {
    const { ring } = this;
    const { incoming, recorder, size } = ring;
    const { payload } = packetImage(spec, 0);
    const way = READ_WAYS[(i + payload.length) % READ_WAYS.length]!;
    const read = recorder.during(() => {
      checkRange(incoming, packet.payload, Uint8Array.from(payload), way, i + 1);
    });
    // In pieces some are skipped.
    const loaded = countBytes(read, 'load', size);
    if (way !== 'pieces') checkOnce(loaded, packet.payload.offset, payload.length);
    const { typ } = packet;
    if (typ.kind !== 'GpaDirect' && typ.kind !== 'TransferPages') return;
    const listed = recorder.during(() => {
      if (typ.kind === 'GpaDirect') readGpaRanges(incoming, packet);
      else readTransferPageRanges(incoming, packet);
    });
    checkOnce(countBytes(listed, 'load', size), typ.ranges.offset, typ.ranges.length);
  }
}

for (const path of PATHS) {
  test(`each access to data comes when it may: ${path.name}`, (t) => {
    const ring = new RecordedRing(path);
    try {
      const judge = new OrderJudge(ring.size, 0);
      const traffic = new Traffic(ring);
      for (let i = 0; i < ROUNDS; i++) {
        traffic.round(i);
        judge.check(ring.recorder.accesses);
        ring.recorder.accesses = [];
      }
      assert.ok(traffic.wrapped > 10, 'the traffic did not wrap');
      t.diagnostic(`${traffic.wrapped} of ${ROUNDS} packets wrapped`);
    } finally {
      ring.close();
    }
  });
}
