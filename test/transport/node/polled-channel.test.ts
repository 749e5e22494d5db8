// Where no system call can be made without blocking, a wait looks by time.
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { Queue } from '../../../src/index.ts';
import { nativeCalls, setNativeCalls } from '../../../src/transport/node/ffi/native-calls.ts';
import { createSealedChannelFile, openChannelFile, type SealedChannelFile } from '../../../src/transport/node/index.ts';

setNativeCalls({ ...nativeCalls(), syscallAsync: null });

const files: SealedChannelFile[] = [];
after(() => {
  for (const file of files) file.close();
});

function createQueues(): [Queue, Queue] {
  const file = createSealedChannelFile({ ringBytes: 4096 });
  files.push(file);
  return [new Queue(openChannelFile(file.path, { end: 0 })), new Queue(openChannelFile(file.path, { end: 1 }))];
}

function later(ms: number, call: () => void): void {
  setTimeout(call, ms);
}

it('packets are waited for', async () => {
  const [first, second] = createQueues();
  for (let i = 0; i < 5; i++) {
    later(10, () => second.tryWrite(Uint8Array.of(i)));
    assert.equal((await first.read({ timeoutMs: 5000 })).readAll()[0], i);
  }
  first.close();
  second.close();
});

it('room is waited for', async () => {
  const [first, second] = createQueues();
  while (first.tryWrite(new Uint8Array(1000)));
  const written = first.write(new Uint8Array(3000), { timeoutMs: 5000 });
  later(10, () => {
    while (second.tryRead() !== null);
  });
  await written;
  assert.equal((await second.read()).payloadLength, 3000);
  first.close();
  second.close();
});

it('many wait at once, and those that end do not take the others along', async () => {
  const pairs = Array.from({ length: 40 }, createQueues);
  const abort = new AbortController();
  const reads = pairs.map(([queue], i) => queue.read(i % 2 === 0 ? {} : { signal: abort.signal }));
  const outcomes = Promise.allSettled(reads);
  later(20, () => abort.abort());
  later(40, () => {
    for (const [i, [, queue]] of pairs.entries()) if (i % 2 === 0) queue.tryWrite(Uint8Array.of(i));
  });
  for (const [i, { status }] of (await outcomes).entries())
    assert.equal(status, i % 2 === 0 ? 'fulfilled' : 'rejected');
  for (const queue of pairs.flat()) queue.close();
});

it('the end of the peer is heard of', async () => {
  const [first, second] = createQueues();
  later(10, () => second.close());
  await assert.rejects(first.read({ timeoutMs: 5000 }), { code: 'PeerClosed' });
  first.close();
});
