import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, truncateSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { type Channel, Queue } from '../../../src/index.ts';
import { createSealedChannelFile, mapFile, openChannelFile } from '../../../src/transport/node/index.ts';
import { ChannelFiles, poke, refused } from './channel-files.ts';

const folder = new ChannelFiles();
after(() => folder.remove());

describe('what is no channel', () => {
  const cases: readonly (readonly [name: string, code: string, damage: (path: string) => void])[] = [
    ['a file that is too short', 'WrongSize', (path) => truncateSync(path, 3 * 4096 + 8192)],
    ['a file that is too long', 'WrongSize', (path) => truncateSync(path, 3 * 4096 + 2 * 8192 + 4096)],
    ['an empty file', 'NotAChannel', (path) => truncateSync(path, 0)],
    ['a file of less than a page', 'NotAChannel', (path) => truncateSync(path, 4000)],
    ['a file of another kind', 'NotAChannel', (path) => poke(path, 0, 1)],
    ['a channel of another version', 'WrongVersion', (path) => poke(path, 2, 2)],
    ['a channel that was never finished', 'NotAChannel', (path) => poke(path, 3, 0)],
    ['a ring of no bytes', 'NotAChannel', (path) => poke(path, 4, 0)],
    ['a ring that is not in pages', 'NotAChannel', (path) => poke(path, 5, 4097)],
    ['rings of other sizes', 'WrongSize', (path) => poke(path, 4, 12_288)],
    ['a ring of 4 GiB', 'NotAChannel', (path) => poke(path, 4, 0xffff_f000)],
  ];
  for (const [name, code, damage] of cases) {
    it(`is refused: ${name}`, () => {
      const path = folder.created();
      damage(path);
      const before = readFileSync(path);
      refused(code, () => openChannelFile(path, { end: 0 }));
      assert.deepEqual(readFileSync(path), before);
    });
  }

  it('is refused: rings whose indices are corrupt, and nothing is written', () => {
    for (const word of [1024, 1025, 1024 + 1024 + 2048]) {
      const path = folder.created();
      poke(path, word, 8192);
      const before = readFileSync(path);
      assert.throws(() => openChannelFile(path, { end: 0 }), { name: 'VmbusRingError', code: 'InvalidRingPointer' });
      assert.deepEqual(readFileSync(path), before);
      poke(path, word, 0);
      openChannelFile(path, { end: 0 }).close();
    }
  });

  it('is refused: directories, FIFOs, devices', () => {
    refused('NotAFile', () => openChannelFile(folder.path, { end: 0 }));
    const fifo = folder.freePath();
    execFileSync('mkfifo', [fifo]);
    refused('NotAFile', () => openChannelFile(fifo, { end: 0 }));
    refused('NotAFile', () => openChannelFile(fifo, { end: 0, create: { ringBytes: 4096 } }));
    refused('NotAChannel', () => openChannelFile('/dev/zero', { end: 0, anyOwner: true }));
  });

  it('is refused: a file that others may write to', () => {
    const path = folder.created();
    chmodSync(path, 0o620);
    refused('WrongOwner', () => openChannelFile(path, { end: 0 }), /0620/);
    openChannelFile(path, { end: 0, anyOwner: true }).close();
    if (process.geteuid?.() === 0) {
      chmodSync(path, 0o600);
      chownSync(path, 12_345, 0);
      refused('WrongOwner', () => openChannelFile(path, { end: 0 }), /user 12345/);
      openChannelFile(path, { end: 0, anyOwner: true }).close();
    }
  });
});

describe('a sealed channel', () => {
  function opened(path: string): [Channel, Channel] {
    return [openChannelFile(path, { end: 0 }), openChannelFile(path, { end: 1 })];
  }

  it('cannot be cut short by anybody', () => {
    const file = createSealedChannelFile({ ringBytes: 4096 });
    const [first, second] = opened(file.path);
    assert.throws(() => truncateSync(file.path, 4096), { code: 'EPERM' });
    assert.throws(() => truncateSync(file.path, 1 << 20), { code: 'EPERM' });
    const mapped = mapFile(file.path, { access: 'read' });
    assert.ok(mapped.isSealed);
    mapped.close();
    first.close();
    second.close();
    file.close();
  });

  it('goes on for those who have it when it is let go', async () => {
    const file = createSealedChannelFile({ ringBytes: 4096 });
    const [first, second] = opened(file.path).map((channel) => new Queue(channel));
    file.close();
    file.close();
    assert.throws(() => openChannelFile(file.path, { end: 0 }));
    await first!.write(Uint8Array.of(6));
    assert.equal((await second!.read()).readAll()[0], 6);
    first!.close();
    second!.close();
  });
});
