/**
 * A ring between two threads. The worker writes a million packets, the main thread adds them up. Whoever has nothing to do
 * sleeps, and is woken only when the ring's own rules ask for it.
 *
 *     node examples/two-threads.ts
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { FlatRingMem, Full, IncomingRing, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';

const RING_BYTES = 65536;
const PACKETS = 1_000_000;

/** How often each side was signalled. A sleeper waits for its count to change from what it was before the last look. */
const WRITER = 0;
const READER = 1;

function signal(doorbells: Int32Array, side: number): void {
  Atomics.add(doorbells, side, 1);
  Atomics.notify(doorbells, side);
}

function produce(buffer: SharedArrayBuffer, doorbells: Int32Array): void {
  const ring = new OutgoingRing(new FlatRingMem(RING_BYTES, buffer));
  const offset = ring.outgoing();
  const payload = new Uint8Array(8);
  const number = new DataView(payload.buffer);
  const packet = { transactionId: 0, size: 8, typ: OutgoingPacketType.InBandNoCompletion };
  for (let i = 0; i < PACKETS;) {
    const range = ring.write(offset, packet);
    if (!(range instanceof Full)) {
      number.setUint32(0, i++, true);
      range.writer(ring).write(payload);
      // A batch of 64: one store, and at most one signal, for all of them.
      if (i % 64 === 0 && ring.commitWrite(offset)) signal(doorbells, READER);
      continue;
    }
    // Full. Sleep only with everything published, and only after asking for a signal and looking once more.
    if (ring.commitWrite(offset)) signal(doorbells, READER);
    const seen = Atomics.load(doorbells, WRITER);
    ring.setPendingSendSize(Math.max(range.size, RING_BYTES / 4));
    if (!ring.canWrite(offset, range.size)) Atomics.wait(doorbells, WRITER, seen);
    ring.setPendingSendSize(0);
  }
  if (ring.commitWrite(offset)) signal(doorbells, READER);
}

function consume(ring: IncomingRing, doorbells: Int32Array): number {
  const offset = ring.incoming();
  const target = new Uint8Array(8);
  const number = new DataView(target.buffer);
  let sum = 0;
  for (let i = 0; i < PACKETS;) {
    const packet = ring.read(offset);
    if (packet !== null) {
      packet.payload.reader(ring).read(target);
      sum += number.getUint32(0, true);
      i++;
      if (i % 64 === 0 && ring.commitRead(offset)) signal(doorbells, WRITER);
      continue;
    }
    // Empty. The same the other way round.
    if (ring.commitRead(offset)) signal(doorbells, WRITER);
    const seen = Atomics.load(doorbells, READER);
    ring.setInterruptMask(false);
    if (!ring.canRead(offset)) Atomics.wait(doorbells, READER, seen);
    ring.setInterruptMask(true);
  }
  if (ring.commitRead(offset)) signal(doorbells, WRITER);
  return sum;
}

if (isMainThread) {
  const memory = new FlatRingMem(RING_BYTES);
  const doorbells = new Int32Array(new SharedArrayBuffer(8));
  const ring = new IncomingRing(memory);
  const started = performance.now();
  const worker = new Worker(new URL(import.meta.url), { workerData: { buffer: memory.buffer, doorbells } });
  const done = new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  const sum = consume(ring, doorbells);
  const seconds = (performance.now() - started) / 1000;
  await done;
  const expected = (PACKETS * (PACKETS - 1)) / 2;
  if (sum !== expected) throw new Error(`the sum is ${sum}, not ${expected}`);
  console.log(`${PACKETS} packets in ${seconds.toFixed(2)} s, the sum is right`);
} else {
  const { buffer, doorbells } = workerData as { buffer: SharedArrayBuffer; doorbells: Int32Array };
  produce(buffer, doorbells);
}
