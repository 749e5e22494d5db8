/**
 * A stream through a worker, which compresses it: web streams on both sides, back-pressure all the way. Then the same with streams
 * of Node.
 *
 *     npm run example examples/stream-through-worker.ts
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';
import { BytePipe, type ChannelHandle, createChannelPair, openChannel, watchWorker } from 'vmbus-ring';
import { toDuplex } from 'vmbus-ring/node';

const CHUNKS = 200;
const CHUNK_BYTES = 16_384;

function* chunks(): Generator<Uint8Array<ArrayBuffer>> {
  for (let i = 0; i < CHUNKS; i++) yield Uint8Array.from({ length: CHUNK_BYTES }, (_, k) => (i * k) & 0x3f);
}

function hashOfAll(): string {
  const hash = createHash('sha256');
  for (const chunk of chunks()) hash.update(chunk);
  return hash.digest('hex');
}

/** What the worker does, until the end of the stream. */
async function compress(handle: ChannelHandle): Promise<void> {
  const pipe = new BytePipe(openChannel(handle));
  await pipe.readable.pipeThrough(new CompressionStream('gzip')).pipeTo(pipe.writable);
  // What was sent can still be read.
  pipe.close();
}

function startWorker(): { readonly pipe: BytePipe; readonly worker: Worker } {
  const [ours, theirs] = createChannelPair({ ringBytes: 65536 });
  const worker = new Worker(new URL(import.meta.url));
  watchWorker(worker, theirs);
  worker.postMessage(theirs);
  return { pipe: new BytePipe(openChannel(ours)), worker };
}

async function throughWebStreams(): Promise<string> {
  const { pipe } = startWorker();
  const sent = ReadableStream.from(chunks()).pipeTo(pipe.writable);
  const back = pipe.readable.pipeThrough(new DecompressionStream('gzip'));
  const hash = createHash('sha256');
  for await (const chunk of back as AsyncIterable<Uint8Array>) hash.update(chunk);
  await sent;
  pipe.close();
  return hash.digest('hex');
}

async function throughNodeStreams(): Promise<string> {
  const { pipe } = startWorker();
  const hash = createHash('sha256');
  const duplex = toDuplex(pipe);
  await Promise.all([pipeline(Readable.from(chunks()), duplex), pipeline(duplex, createGunzip(), hash)]);
  return hash.digest('hex');
}

if (isMainThread) {
  const expected = hashOfAll();
  for (const [name, run] of [
    ['web streams', throughWebStreams],
    ['streams of Node', throughNodeStreams],
  ] as const) {
    const began = performance.now();
    if ((await run()) !== expected) throw new Error(`${name}: what came back is not what was sent`);
    const ms = performance.now() - began;
    console.log(
      `${name}: ${(CHUNKS * CHUNK_BYTES) / 1024} KiB to a worker, compressed, and back in ${ms.toFixed(0)} ms`,
    );
  }
} else {
  parentPort?.once('message', (handle: ChannelHandle) => void compress(handle));
}
