// Channels in files, more of them in one thread than one system call can sleep for.
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { ChannelSet, Queue } from '../../../src/index.ts';
import { createSealedChannelFile, openChannelFile, type SealedChannelFile } from '../../../src/transport/node/index.ts';

const CHANNELS = 150;

const files: SealedChannelFile[] = Array.from({ length: CHANNELS }, () => createSealedChannelFile({ ringBytes: 4096 }));
const ours = files.map(({ path }) => new Queue(openChannelFile(path, { end: 0 })));
const theirs = files.map(({ path }) => new Queue(openChannelFile(path, { end: 1 })));
after(() => {
  for (const queue of [...ours, ...theirs]) queue.close();
  for (const file of files) file.close();
});

it('each wait is ended by its own signal', async () => {
  const reads = ours.map((queue) => queue.read({ timeoutMs: 10_000 }));
  for (const [i, queue] of [...theirs.entries()].toReversed()) {
    queue.tryWrite(Uint8Array.of(i));
    assert.equal((await reads[i]!).readAll()[0], i & 0xff);
  }
});

it('one wait serves all', async () => {
  const set = new ChannelSet<Queue>();
  for (const queue of ours) set.add(queue, queue);
  for (let i = 0; i < CHANNELS; i += 7) {
    setTimeout(() => theirs[i]!.tryWrite(Uint8Array.of(i)), 2);
    const [ready] = await set.wait({ timeoutMs: 10_000 });
    assert.equal(ready!.value, ours[i]);
    assert.equal(ready!.value.tryRead()!.readAll()[0], i & 0xff);
    ready!.value.reader.release();
  }
  for (const queue of ours) set.delete(queue);
});
