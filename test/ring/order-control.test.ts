import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Empty, Full, type OutgoingOffset, OutgoingPacketType, RingRange, VmbusRingError } from '../../src/index.ts';
import { controlOf, dataOf } from '../support/recording.ts';
import { type Path, PATHS, RecordedRing } from '../support/recording-ring.ts';

// Which control words each method loads and stores, and in which order: exactly these, no others. The rows are those of
// the protocol that lose packets or wake-ups when the order is another.

const PAYLOAD_BYTES = 40;
const PACKET_BYTES = 16 + PAYLOAD_BYTES + 8;

function orderTest(name: string, body: (ring: RecordedRing) => void): void {
  for (const path of PATHS) {
    test(`${name}: ${path.name}`, () => withRing(path, body));
  }
}

function withRing(path: Path, body: (ring: RecordedRing) => void): void {
  const ring = new RecordedRing(path);
  try {
    body(ring);
  } finally {
    ring.close();
  }
}

/** Writes one packet with its payload; the ring must have room. */
function write(ring: RecordedRing, offset: OutgoingOffset, payloadBytes = PAYLOAD_BYTES): void {
  const typ = OutgoingPacketType.InBandNoCompletion;
  const range = ring.outgoing.write(offset, { transactionId: 1, size: payloadBytes, typ });
  assert.ok(range instanceof RingRange);
  range.writer(ring.outgoing).write(new Uint8Array(payloadBytes).fill(7));
}

/** Fills all of an empty ring with one packet, and publishes it. */
function fill(ring: RecordedRing, offset: OutgoingOffset): void {
  write(ring, offset, ring.size - 8 - 24);
  ring.outgoing.commitWrite(offset);
}

/** What `call` returns. It has to use exactly these control words in this order, and touch no data. */
function step<Result>(ring: RecordedRing, expected: readonly string[], call: () => Result): Result {
  const { result, accesses } = ring.recorder.watch(call);
  assert.deepEqual(dataOf(accesses), []);
  assert.deepEqual(controlOf(accesses), expected);
  return result;
}

/** What `call` returns. It has to load just this control word, and only then touch data. */
function loadThenData<Result>(ring: RecordedRing, expected: string, call: () => Result): Result {
  const { result, accesses } = ring.recorder.watch(call);
  assert.deepEqual(controlOf(accesses), [expected]);
  assert.deepEqual(controlOf(accesses.slice(0, 1)), [expected]);
  assert.ok(accesses.length > 1);
  return result;
}

orderTest('opening either end stores what is its own', (ring) => {
  assert.deepEqual(controlOf(ring.recorder.accesses), ['store features 1', 'store pending 0', 'store mask 1']);
  for (const open of [(): unknown => ring.outgoing.outgoing(), (): unknown => ring.incoming.incoming()]) {
    const { accesses } = ring.recorder.watch(open);
    assert.deepEqual(controlOf(accesses).toSorted(), ['load in 0', 'load out 0']);
    assert.equal(accesses.length, 2);
  }
});

orderTest('a commit of writes stores in, then loads the mask, then out', (ring) => {
  const { outgoing, incoming } = ring;
  const offset = outgoing.outgoing();
  const commit = (): boolean => outgoing.commitWrite(offset);
  assert.equal(step(ring, [], commit), false);
  write(ring, offset);
  write(ring, offset);
  incoming.setInterruptMask(false);
  assert.equal(step(ring, [`store in ${2 * PACKET_BYTES}`, 'load mask 0', 'load out 0'], commit), true);
  write(ring, offset);
  assert.equal(step(ring, [`store in ${3 * PACKET_BYTES}`, 'load mask 0', 'load out 0'], commit), false);
  // Masked: nothing depends on out.
  incoming.setInterruptMask(true);
  write(ring, offset);
  assert.equal(step(ring, [`store in ${4 * PACKET_BYTES}`, 'load mask 1'], commit), false);
});

orderTest('a commit of reads stores out, then loads the pending size, then in', (ring) => {
  const { outgoing, incoming, size } = ring;
  const writes = outgoing.outgoing();
  fill(ring, writes);
  outgoing.setPendingSendSize(100);
  const reads = incoming.incoming();
  const commit = (): boolean => incoming.commitRead(reads);
  assert.equal(step(ring, [], commit), false);
  incoming.read(reads);
  assert.equal(step(ring, [`store out ${size - 8}`, 'load pending 104', `load in ${size - 8}`], commit), true);
  // Nobody waits: nothing depends on in.
  outgoing.setPendingSendSize(0);
  write(ring, writes);
  outgoing.commitWrite(writes);
  incoming.read(reads);
  assert.equal(step(ring, [`store out ${PACKET_BYTES - 8}`, 'load pending 0'], commit), false);
});

orderTest('the in that a commit of reads loads is the newest one', (ring) => {
  const { outgoing, incoming, size } = ring;
  const writes = outgoing.outgoing();
  write(ring, writes);
  outgoing.commitWrite(writes);
  const reads = incoming.incoming();
  incoming.read(reads);
  // By the in that the reader knows of, all of the ring is free before and after.
  write(ring, writes, size - 8 - 24 - PACKET_BYTES);
  outgoing.commitWrite(writes);
  outgoing.setPendingSendSize(PACKET_BYTES);
  const expected = [`store out ${PACKET_BYTES}`, `load pending ${PACKET_BYTES}`, `load in ${size - 8}`];
  assert.equal(
    step(ring, expected, () => incoming.commitRead(reads)),
    true,
  );
});

orderTest('a reader that goes to sleep clears the mask, then loads in', (ring) => {
  const { outgoing, incoming } = ring;
  const reads = incoming.incoming();
  const canRead = (): boolean => incoming.canRead(reads);
  const fallAsleep = (): boolean => {
    incoming.setInterruptMask(false);
    return canRead();
  };
  assert.equal(step(ring, ['store mask 0', 'load in 0'], fallAsleep), false);
  // Each look is a new one as long as nothing is known to be there.
  assert.equal(step(ring, ['load in 0'], canRead), false);
  const writes = outgoing.outgoing();
  write(ring, writes);
  outgoing.commitWrite(writes);
  assert.equal(step(ring, ['store mask 0', `load in ${PACKET_BYTES}`], fallAsleep), true);
  step(ring, ['load mask 0'], () => incoming.verifyInterruptsUnmasked());
  step(ring, ['store mask 1'], () => incoming.setInterruptMask(true));
  step(ring, ['load features 1'], () => incoming.supportsPendingSendSize());
});

orderTest('a writer that goes to sleep stores the pending size, then loads out', (ring) => {
  const { outgoing, incoming, size } = ring;
  const writes = outgoing.outgoing();
  fill(ring, writes);
  const canWrite = (): boolean => outgoing.canWrite(writes, PACKET_BYTES);
  const fallAsleep = (): boolean => {
    outgoing.setPendingSendSize(size / 4);
    return canWrite();
  };
  assert.equal(step(ring, [`store pending ${size / 4}`, 'load out 0'], fallAsleep), false);
  assert.equal(step(ring, ['load out 0'], canWrite), false);
  const reads = incoming.incoming();
  incoming.read(reads);
  incoming.commitRead(reads);
  assert.equal(step(ring, [`store pending ${size / 4}`, `load out ${size - 8}`], fallAsleep), true);
  step(ring, ['store pending 0'], () => outgoing.setPendingSendSize(0));
});

orderTest('a write loads out only when what is known to be free does not do', (ring) => {
  const { outgoing, incoming, size } = ring;
  const writes = outgoing.outgoing();
  const typ = OutgoingPacketType.InBandNoCompletion;
  const writeHalf = (): RingRange | Full => outgoing.write(writes, { transactionId: 1, size: size / 2, typ });
  assert.deepEqual(controlOf(ring.recorder.during(writeHalf)), []);
  // Full: out was looked at, no byte was touched.
  assert.ok(step(ring, ['load out 0'], writeHalf) instanceof Full);
  outgoing.commitWrite(writes);
  const reads = incoming.incoming();
  incoming.read(reads);
  incoming.commitRead(reads);
  // Room: out first, then the bytes that were freed by storing it.
  assert.ok(loadThenData(ring, `load out ${size / 2 + 24}`, writeHalf) instanceof RingRange);
});

orderTest('a read loads in only when all that is known of was read', (ring) => {
  const { outgoing, incoming } = ring;
  const writes = outgoing.outgoing();
  const reads = incoming.incoming();
  const read = (): unknown => incoming.read(reads);
  assert.equal(step(ring, ['load in 0'], read), Empty);
  write(ring, writes);
  write(ring, writes);
  outgoing.commitWrite(writes);
  // In first, then the bytes that it revealed.
  assert.notEqual(loadThenData(ring, `load in ${2 * PACKET_BYTES}`, read), Empty);
  assert.deepEqual(controlOf(ring.recorder.during(read)), []);
  assert.equal(step(ring, [`load in ${2 * PACKET_BYTES}`], read), Empty);
});

orderTest('nothing private comes from the ring', (ring) => {
  const { outgoing, incoming, rawControl } = ring;
  const writes = outgoing.outgoing();
  const reads = incoming.incoming();
  for (let i = 1; i <= 3; i++) {
    write(ring, writes);
    // A peer that writes what is not its own: neither end ever looks at its own words again.
    rawControl[0] = 0x1234_5678;
    step(ring, [`store in ${i * PACKET_BYTES}`, 'load mask 1'], () => outgoing.commitWrite(writes));
    rawControl[1] = 0x7654_3210;
    assert.notEqual(incoming.read(reads), Empty);
    step(ring, [`store out ${i * PACKET_BYTES}`, 'load pending 0'], () => incoming.commitRead(reads));
  }
});

orderTest('an invalid in after a commit of reads is no signal', (ring) => {
  const { outgoing, incoming, rawControl, size } = ring;
  const writes = outgoing.outgoing();
  fill(ring, writes);
  outgoing.setPendingSendSize(8);
  const reads = incoming.incoming();
  incoming.read(reads);
  rawControl[0] = size;
  const expected = [`store out ${size - 8}`, 'load pending 8', `load in ${size}`];
  assert.equal(
    step(ring, expected, () => incoming.commitRead(reads)),
    false,
  );
  assert.throws(
    () => incoming.read(reads),
    (error) => error instanceof VmbusRingError && error.code === 'InvalidRingPointer',
  );
});
