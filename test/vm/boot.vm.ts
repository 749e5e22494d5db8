import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prepareGuestImage } from './machine/guest-image.ts';
import { findChild } from './machine/processes.ts';
import { type MachineOptions, VirtualMachine } from './machine/virtual-machine.ts';

const image = prepareGuestImage();
const guest = { RING_BYTES: 65536, PACKETS: 1, REQUESTS: 0, SEED: 1 };

async function assertNoBoot(options: MachineOptions, reason: RegExp): Promise<void> {
  await assert.rejects(VirtualMachine.boot(options), reason);
  assert.equal(findChild(process.pid, 'qemu'), null);
}

describe('a machine that does not boot', { timeout: 120_000, concurrency: 1 }, () => {
  it('says what its console said', async () => {
    const broken = { kernel: image.kernel, initramfs: image.kernel };
    await assertNoBoot({ image: broken, guest }, /did not boot: .*has ended: exit code 0[^]*Kernel panic/);
  });

  it('says what its QEMU complains of', async () => {
    const broken = { kernel: import.meta.filename, initramfs: image.initramfs };
    await assertNoBoot({ image: broken, guest }, /did not boot: .*has ended: exit code 1\nqemu: /);
  });

  it('says what the guest complains of', async () => {
    const { SEED: _, ...rest } = guest;
    await assertNoBoot({ image, guest: rest }, /did not boot: .*failed SEED is no number/);
  });

  it('is not waited for any longer than it may be', async () => {
    await assertNoBoot({ image, guest, bootLimitMs: 200 }, /did not boot: .*nothing for 200 ms/);
  });
});
