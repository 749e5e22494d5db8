// Mapped files, channels in files and devices, opened and closed over and over.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { after, it } from 'node:test';
import { Queue } from '../../src/index.ts';
import {
  createChannelFile,
  createSealedChannelFile,
  mapFile,
  openChannelFile,
} from '../../src/transport/node/index.ts';
import { mappedBytes } from '../support/process-state.ts';
import { exchangeAndClose, openBothEnds } from '../support/queue-pairs.ts';
import { TestFolder } from '../support/test-folder.ts';
import { StandIn } from '../uio/stand-in.ts';
import { checkFlat } from './measure.ts';

const RING_BYTES = 4096;

const folder = new TestFolder();
after(() => folder.remove());

for (const access of ['read', 'write'] as const) {
  it(`mapped files, to ${access}`, async (t) => {
    const path = folder.file(access);
    writeFileSync(path, new Uint8Array(1 << 20));
    await checkFlat(t, (number) => {
      const mapped = mapFile(path, { access });
      mapped.bytes[number % mapped.length] = 1;
      mapped.close();
    });
    assert.equal(mappedBytes(path), 0);
  });
}

it('mapped files that are left to be collected: all but their addresses', async (t) => {
  const path = folder.file('left');
  writeFileSync(path, new Uint8Array(8192));
  const leave = (number: number): void => void (mapFile(path).bytes[number % 8192] = 1);
  // Whether somebody has moved their buffers elsewhere, nobody can tell.
  await checkFlat(t, leave, { bounds: { addressSpaceMiB: Number.POSITIVE_INFINITY } });
  assert.equal(mappedBytes(path), 0);
});

it('channels in files, made, opened and removed', async (t) => {
  const path = folder.file('made');
  await checkFlat(t, async () => {
    createChannelFile(path, { ringBytes: RING_BYTES });
    await exchangeAndClose(...openBothEnds(path));
    rmSync(path);
  });
  assert.equal(mappedBytes(path), 0);
});

it('channels in one file', async (t) => {
  const path = folder.file('one');
  createChannelFile(path, { ringBytes: RING_BYTES });
  await checkFlat(t, () => exchangeAndClose(...openBothEnds(path)));
});

it('sealed channels', (t) =>
  checkFlat(t, async () => {
    const file = createSealedChannelFile({ ringBytes: RING_BYTES });
    await exchangeAndClose(...openBothEnds(file.path));
    file.close();
  }));

it('what is refused', (t) => {
  const [path, short] = [folder.file('refused'), folder.file('short')];
  createChannelFile(path, { ringBytes: RING_BYTES });
  writeFileSync(short, new Uint8Array(4096));
  const channel = openChannelFile(path, { end: 0 });
  return checkFlat(t, () => {
    assert.throws(() => openChannelFile(path, { end: 0 }), { code: 'InUse' });
    assert.throws(() => openChannelFile(short, { end: 0 }), { code: 'NotAChannel' });
    assert.throws(() => mapFile(short, { length: 8192 }), { code: 'WrongSize' });
    assert.throws(() => createChannelFile(path, { ringBytes: RING_BYTES }), { code: 'Exists' });
  }).finally(() => channel.close());
});

it('a device that stands in for UIO', (t) =>
  checkFlat(
    t,
    async () => {
      const device = new StandIn();
      await exchangeAndClose(new Queue(device.connect()), new Queue(device.host()));
      device[Symbol.dispose]();
    },
    { share: 1 / 20 },
  ));
