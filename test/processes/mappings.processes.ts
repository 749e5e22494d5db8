// What is mapped goes again, and only when nobody can reach it any more.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { after, it } from 'node:test';
import { Queue } from '../../src/index.ts';
import { createChannelFile, mapFile, openChannelFile } from '../../src/transport/node/index.ts';
import { addressSpaceBytes, collectAll, mappedBytes, openDescriptors } from '../support/process-state.ts';
import { openBothEnds } from '../support/queue-pairs.ts';
import { TestFolder } from '../support/test-folder.ts';

const folder = new TestFolder();
after(() => folder.remove());

it('channels that are closed give back memory and descriptors, and their addresses are used again', async () => {
  const path = folder.file('channel');
  createChannelFile(path, { ringBytes: 1 << 20 });
  const round = async (): Promise<void> => {
    const [first, second] = openBothEnds(path);
    const reading = first.read();
    await second.write(Uint8Array.of(1));
    await reading;
    first.close();
    second.close();
  };
  for (let i = 0; i < 20; i++) await round();
  await collectAll();
  const before = [addressSpaceBytes(), openDescriptors()] as const;
  for (let i = 0; i < 400; i++) {
    await round();
    if (i % 50 === 0) await collectAll();
  }
  await collectAll();
  assert.equal(mappedBytes(path), 0);
  assert.equal(openDescriptors(), before[1]);
  // 800 MiB were mapped.
  assert.ok(addressSpaceBytes() - before[0] < 200 << 20, `${addressSpaceBytes() - before[0]} bytes of addresses`);
});

it('a channel that is closed stays mapped for those who have a view of it', async () => {
  const path = folder.file('viewed');
  createChannelFile(path, { ringBytes: 4096 });
  const [first, second] = openBothEnds(path);
  second.tryWrite(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const view = first.tryRead()!.view()!;
  first.close();
  second.close();
  await collectAll();
  assert.deepEqual([...view], [1, 2, 3, 4, 5, 6, 7, 8]);
});

it('a buffer that was moved elsewhere is memory to the end, whatever was closed', async () => {
  const path = folder.file('moved');
  const move = (): Uint8Array => {
    const [first, second] = ([0, 1] as const).map(
      (end) => new Queue(openChannelFile(path, { end, create: { ringBytes: 65_536 } })),
    );
    second!.tryWrite(new Uint8Array(64));
    const { buffer } = first!.tryRead()!.view()!;
    first!.close();
    second!.close();
    return new Uint8Array((buffer as ArrayBuffer).transfer());
  };
  const moved = [move(), move()];
  await collectAll();
  // Nothing of a file is behind it any more, unless another mapping has come there; but memory is.
  for (const bytes of moved) for (let at = 0; at < bytes.length; at += 4096) bytes[at] = 1;
  assert.equal(moved[0]![4096], 1);
});

it('mappings give back their memory, those as well that nobody closed', async () => {
  const path = folder.file('file');
  writeFileSync(path, new Uint8Array(1 << 20));
  for (let i = 0; i < 50; i++) {
    const closed = mapFile(path);
    closed.bytes[i] = 1;
    closed.close();
    mapFile(path).bytes[i] = 2;
    if (i % 10 === 0) await collectAll();
  }
  await collectAll();
  assert.equal(mappedBytes(path), 0);
  rmSync(path);
});
