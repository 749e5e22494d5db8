import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/project.ts';

test('a machine that lacks parts of a virtual one fails the suites, and says what to install', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/test-vm.ts')], {
    env: { ...process.env, PATH: join(ROOT, 'scripts') },
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^the virtual machine needs qemu-system-x86_64, cpio, cc, ar, setpriv, apt-cache, apt-get, dpkg-deb:$/m,
  );
  assert.match(
    stderr,
    /^ {4}apt-get install -y --no-install-recommends qemu-system-x86 cpio gcc binutils util-linux apt dpkg$/m,
  );
});
