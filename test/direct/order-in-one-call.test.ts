import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IncomingPacket, OutgoingPacketType, readInto, writeFrom } from '../../src/index.ts';
import { controlOf, dataOf } from '../support/recording.ts';
import { OrderJudge } from '../support/recording-judge.ts';
import { PATHS, RecordedRing } from '../support/recording-ring.ts';
import { Xorshift } from '../support/xorshift.ts';

// Every access of `writeFrom` and `readInto`, with the caller's arrays used again and again: what an end knows at each of them, and that
// each byte of a packet is stored once, but for the unit that is padded, and each byte of header and payload loaded once.

const ROUNDS = 400;
const LENGTHS = [8, 8, 8, 40, 40, 40, 13, 13, 13, 200, 200, 200, 600, 600, 600];

for (const path of PATHS) {
  test(`packets in one call: ${path.name}`, () => {
    const ring = new RecordedRing(path);
    const { outgoing, incoming, recorder, size } = ring;
    const [writes, reads] = [outgoing.outgoing(), incoming.incoming()];
    const judge = new OrderJudge(size, 0);
    const sources = new Map(LENGTHS.map((length) => [length, new Uint8Array(length)]));
    const target = new Uint8Array(640);
    const received = new IncomingPacket();
    const random = new Xorshift(11);
    try {
      for (let i = 0; i < ROUNDS; i++) {
        const length = LENGTHS[i % LENGTHS.length]!;
        const source = sources.get(length)!;
        source.set(random.bytes(length));
        const padded = Math.ceil(length / 8) * 8;
        const { nextIn } = writes.inspect();
        const packet = { transactionId: i, size: length, typ: OutgoingPacketType.InBandWithCompletion };
        const stores = recorder.watch(() => writeFrom(outgoing, writes, packet, source));
        assert.equal(stores.result, null);
        assert.deepEqual(count(dataOf(stores.accesses), 'store', size), spread(nextIn, 16 + padded + 8, size, length));
        assert.deepEqual(dataOf(recorder.during(() => outgoing.commitWrite(writes))), []);

        const loads = recorder.watch(() => readInto(incoming, reads, received, target));
        assert.equal(loads.result, received);
        assert.equal(received.transactionIdLow, i);
        assert.deepEqual(target.subarray(0, length), source);
        assert.deepEqual(count(dataOf(loads.accesses), 'load', size), spread(nextIn, 16 + padded, size, padded));
        assert.ok(controlOf(loads.accesses).length > 0, 'read without a look at in');
        assert.deepEqual(dataOf(recorder.during(() => incoming.commitRead(reads))), []);
        judge.check(recorder.accesses);
        recorder.accesses = [];
      }
    } finally {
      ring.close();
    }
  });
}

/** How often each byte of the ring was accessed. */
function count(accesses: ReturnType<typeof dataOf>, op: 'load' | 'store', size: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const access of accesses) {
    assert.equal(access.op, op);
    for (let i = 0; i < access.bytes; i++) {
      const at = (access.offset + i) % size;
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
  }
  return new Map([...counts].toSorted(([a], [b]) => a - b));
}

/** Once for each byte of a packet of so many bytes, but for its padding's unit: zeros first, then the payload's rest over them. */
function spread(start: number, bytes: number, size: number, payloadBytes: number): Map<number, number> {
  const rest = payloadBytes % 8;
  const lastUnit = 16 + payloadBytes - rest;
  const counts = Array.from({ length: bytes }, (_, i): [number, number] => {
    return [(start + i) % size, i >= lastUnit && i < lastUnit + rest ? 2 : 1];
  });
  return new Map(counts.toSorted(([a], [b]) => a - b));
}
