import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { Queue } from '../../src/index.ts';
import { MappedFileError } from '../../src/transport/node/mapping/mapped-file-error.ts';
import { openUioChannel, type UioChannelOptions } from '../../src/transport/node/uio/open-uio-channel.ts';
import { UioError, type UioErrorCode } from '../../src/transport/node/uio/uio-error.ts';
import { FakeSysfs } from './fake-sysfs.ts';
import { openDescriptors } from '../support/process-state.ts';

/** `/dev/zero` by another name: a character device that can be mapped, read and written. */
const ZERO = '1:5';

function assertRefused(code: UioErrorCode, path: string, options: UioChannelOptions, message = /./): void {
  const before = openDescriptors();
  assert.throws(
    () => openUioChannel(path, options),
    (error) => {
      assert.ok(error instanceof UioError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    },
  );
  assert.equal(openDescriptors(), before, 'descriptors');
}

function link(sysfs: FakeSysfs, target: string, name = 'uio0'): string {
  const path = join(sysfs.root, name);
  symlinkSync(target, path);
  return path;
}

test('a node that is called otherwise is refused', () => {
  using sysfs = new FakeSysfs();
  for (const path of ['/dev/null', '/dev/uio', '/dev/uio1x', '/dev/uio-1', `${sysfs.root}/`, '']) {
    assertRefused('NotTheDevice', path, { sysfs: sysfs.root }, /not called uio/);
  }
});

test('what is no character device is refused, and is not opened', () => {
  using sysfs = new FakeSysfs();
  sysfs.addDevice('uio0');
  writeFileSync(join(sysfs.root, 'uio0'), new Uint8Array(0x400000));
  mkdirSync(join(sysfs.root, 'uio1'));
  execFileSync('mkfifo', [join(sysfs.root, 'uio2')]);
  for (const name of readdirSync(sysfs.root).filter((entry) => entry.startsWith('uio'))) {
    assertRefused('NotTheDevice', join(sysfs.root, name), { sysfs: sysfs.root }, /no character device/);
  }
});

test('a node that is not there is an error of the system', () => {
  using sysfs = new FakeSysfs();
  assert.throws(() => openUioChannel(join(sysfs.root, 'uio0')), { code: 'ENOENT' });
});

test('a node of which sysfs knows nothing is refused', () => {
  using sysfs = new FakeSysfs();
  const path = link(sysfs, '/dev/zero');
  assertRefused('NoSuchDevice', path, { sysfs: sysfs.root });
  sysfs.addDevice('uio1', { number: ZERO });
  assertRefused('NoSuchDevice', path, { sysfs: sysfs.root });
});

test('a node with another number than sysfs says is refused', () => {
  using sysfs = new FakeSysfs();
  sysfs.addDevice('uio0', { number: '240:0' });
  assertRefused('NotTheDevice', link(sysfs, '/dev/zero'), { sysfs: sysfs.root }, /1:5, sysfs says 240:0/);
});

test('a node that cannot be mapped is an error of the system, and nothing is left open', () => {
  using sysfs = new FakeSysfs();
  sysfs.addDevice('uio0', { number: '1:3' });
  const path = link(sysfs, '/dev/null');
  const before = openDescriptors();
  assert.throws(
    () => openUioChannel(path, { sysfs: sysfs.root }),
    (error) => error instanceof MappedFileError && error.errno === 'ENODEV',
  );
  assert.equal(openDescriptors(), before);
});

test('a node that is what sysfs says is opened, mapped and closed', () => {
  using sysfs = new FakeSysfs();
  sysfs.addDevice('uio0', { number: ZERO, ringMapSize: 16 * 4096 });
  const path = link(sysfs, '/dev/zero');
  const before = openDescriptors();
  // Not by the monitor page: this one has no second map.
  for (const signalBy of [undefined, 'write'] as const) {
    const channel = openUioChannel(path, { sysfs: sysfs.root, signalBy });
    const queue = new Queue(channel);
    assert.equal(queue.capacity, 7 * 4096 - 8);
    assert.equal(queue.tryWrite(Uint8Array.of(1, 2, 3)), true);
    assert.equal(queue.tryRead(), null);
    channel.close();
    assert.throws(() => queue.tryRead(), { code: 'Closed' });
    assert.equal(openDescriptors(), before);
  }
});

test('arguments that are none are refused', () => {
  using sysfs = new FakeSysfs();
  sysfs.addDevice('uio0', { number: ZERO });
  const path = link(sysfs, '/dev/zero');
  assert.throws(() => openUioChannel(5 as unknown as string), TypeError);
  assert.throws(() => openUioChannel(path, { sysfs: sysfs.root, signalBy: 'x' as 'write' }), TypeError);
  assert.throws(() => openUioChannel(path, { sysfs: sysfs.root, signalBy: 'monitor' }), /no monitor id/);
});
