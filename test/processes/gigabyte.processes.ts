import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { announceSeed } from '../support/property.ts';
import { TestFolder } from '../support/test-folder.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const CHUNK_BYTES = 1 << 20;
const CHUNKS = 1000;
const HANG_MS = 300_000;

/** 1 GB and a bit that depend on the seed, so that no length is a round one. */
function* randomChunks(seed: number): Generator<Buffer, void, undefined> {
  const key = createHash('sha256').update(String(seed)).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(CHUNK_BYTES);
  for (let i = 0; i < CHUNKS; i++) yield cipher.update(zeros);
  yield cipher.update(zeros.subarray(0, 1 + (seed % 4095)));
}

test('1 GB goes from one process to another, byte for byte, and nothing is left behind', async (t) => {
  const seed = announceSeed(t);
  const folder = new TestFolder();
  t.after(() => folder.remove());
  const ring = folder.file('ring');
  const start = (name: string, stdio: ('pipe' | 'inherit' | 'ignore')[]): ReturnType<typeof spawn> =>
    spawn(process.execPath, [MAIN, name, ring], { stdio, timeout: HANG_MS, killSignal: 'SIGKILL' });
  const receiver = start('recv', ['ignore', 'pipe', 'inherit']);
  const sender = start('send', ['pipe', 'inherit', 'inherit']);
  const ends = [sender, receiver].map((child) => once(child, 'close') as Promise<[number | null]>);
  const sent = createHash('sha256');
  const received = createHash('sha256');
  let sentBytes = 0;
  let receivedBytes = 0;
  const startMs = performance.now();
  await Promise.all([
    pipeline(function* () {
      for (const chunk of randomChunks(seed)) {
        sent.update(chunk);
        sentBytes += chunk.length;
        yield chunk;
      }
    }, sender.stdin!),
    pipeline(receiver.stdout!, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        received.update(chunk);
        receivedBytes += chunk.length;
      }
    }),
  ]);
  const seconds = (performance.now() - startMs) / 1000;
  assert.deepEqual(
    (await Promise.all(ends)).map(([exitCode]) => exitCode),
    [0, 0],
  );
  assert.equal(receivedBytes, sentBytes);
  assert.equal(received.digest('hex'), sent.digest('hex'));
  assert.ok(sentBytes > 1e9);
  assert.equal(existsSync(ring), false);
  assert.deepEqual(readdirSync(folder.path), []);
  const rate = (sentBytes / 1e6 / seconds).toFixed(0);
  t.diagnostic(`${seconds.toFixed(2)} s for ${sentBytes} bytes: ${rate} MB/s, made and hashed twice by this process`);
});
