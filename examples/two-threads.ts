/**
 * A ring between two threads. One writes 200,000 messages of different lengths, the other checks each of them. Whoever has
 * nothing to do sleeps, and is woken only when the ring's own rules ask for it.
 *
 * Both are workers: a thread in `Atomics.wait` hears of nothing else, so the main thread stays free to notice that one of
 * them failed. (In browsers it may not wait at all.)
 *
 *     npm run example examples/two-threads.ts
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import {
  FlatRingMem,
  Full,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  PIPE_PACKET_TYPE_DATA,
  PipeHeader,
} from 'vmbus-ring';

const RING_BYTES = 65536;
const MESSAGES = 200_000;
const BATCH = 64;

/** What both threads get. A sleeper waits for its side's count of signals to change from what it was before it looked. */
interface Shared {
  readonly ring: SharedArrayBuffer;
  readonly signals: Int32Array;
}

const WRITER = 0;
const READER = 1;

function signal({ signals }: Shared, side: number): void {
  Atomics.add(signals, side, 1);
  Atomics.notify(signals, side);
}

/** Message `i`: 0 to 999 bytes, all of them `i` modulo 256. */
function messageBytes(i: number): Uint8Array {
  return new Uint8Array((i * 7) % 1000).fill(i & 0xff);
}

function produce(shared: Shared): void {
  const ring = new OutgoingRing(new FlatRingMem(RING_BYTES, shared.ring));
  const offset = ring.outgoing();
  for (let i = 0; i < MESSAGES;) {
    const message = messageBytes(i);
    // Payloads are padded to a multiple of 8. A pipe header in front of each restores its length.
    const size = PipeHeader.SIZE + message.length;
    const range = ring.write(offset, { transactionId: 0, size, typ: OutgoingPacketType.InBandNoCompletion });
    if (!(range instanceof Full)) {
      const writer = range.writer(ring);
      writer.write(new PipeHeader(PIPE_PACKET_TYPE_DATA, message.length).toBytes());
      writer.write(message);
      i++;
      // A batch: one store, and at most one signal, for all of it.
      if (i % BATCH === 0 && ring.commitWrite(offset)) signal(shared, READER);
      continue;
    }
    // Full. Sleep only with everything published, and only after asking for a signal and looking once more.
    if (ring.commitWrite(offset)) signal(shared, READER);
    const seen = Atomics.load(shared.signals, WRITER);
    ring.setPendingSendSize(Math.max(range.size, RING_BYTES / 4));
    if (!ring.canWrite(offset, range.size)) Atomics.wait(shared.signals, WRITER, seen);
    ring.setPendingSendSize(0);
  }
  if (ring.commitWrite(offset)) signal(shared, READER);
}

function consume(shared: Shared): void {
  const ring = new IncomingRing(new FlatRingMem(RING_BYTES, shared.ring));
  const offset = ring.incoming();
  for (let i = 0; i < MESSAGES;) {
    const packet = ring.read(offset);
    if (packet !== null) {
      const bytes = packet.payload.reader(ring).readAll();
      const { len } = PipeHeader.fromBytes(bytes);
      const message = bytes.subarray(PipeHeader.SIZE, PipeHeader.SIZE + len);
      if (Buffer.compare(message, messageBytes(i)) !== 0) throw new Error(`message ${i} is not what was sent`);
      i++;
      if (i % BATCH === 0 && ring.commitRead(offset)) signal(shared, WRITER);
      continue;
    }
    // Empty. The same the other way round.
    if (ring.commitRead(offset)) signal(shared, WRITER);
    const seen = Atomics.load(shared.signals, READER);
    ring.setInterruptMask(false);
    if (!ring.canRead(offset)) Atomics.wait(shared.signals, READER, seen);
    ring.setInterruptMask(true);
  }
  if (ring.commitRead(offset)) signal(shared, WRITER);
}

/** Runs both threads until both have ended; when one fails, the other is ended too. */
async function main(): Promise<void> {
  const shared: Shared = {
    ring: new FlatRingMem(RING_BYTES).buffer as SharedArrayBuffer,
    signals: new Int32Array(new SharedArrayBuffer(8)),
  };
  const started = performance.now();
  const workers = ['produce', 'consume'].map(
    (role) => new Worker(new URL(import.meta.url), { workerData: { role, shared } }),
  );
  try {
    await Promise.all(
      workers.map((worker) => new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject))),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  console.log(`${MESSAGES} messages in ${((performance.now() - started) / 1000).toFixed(2)} s, each as it was sent`);
}

if (isMainThread) {
  await main();
} else {
  const { role, shared } = workerData as { role: string; shared: Shared };
  if (role === 'produce') produce(shared);
  else consume(shared);
}
