import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/project.ts';
import { findChild, isRunning } from './machine/processes.ts';

const EXAMPLE = join(ROOT, 'examples/virtual-machine.ts');

/** The example ends in less. */
const EXAMPLE_LIMIT_MS = 60_000;

/** Looks of `until`, one every 10 ms. */
const LOOKS = 3000;

/** What `look` finds, as soon as it is something. */
async function until<T>(what: string, look: () => T | null): Promise<T> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const found = look();
    if (found !== null) return found;
    await sleep(10);
  }
  assert.fail(`never came: ${what}`);
}

async function withExample(run: (example: ChildProcess, qemu: number) => Promise<void>): Promise<void> {
  const example = spawn(process.execPath, [EXAMPLE], { cwd: ROOT, stdio: 'ignore' });
  try {
    await run(example, await until('a QEMU', () => findChild(example.pid!, 'qemu')));
  } finally {
    example.kill('SIGKILL');
  }
}

describe('examples/virtual-machine.ts', { timeout: 120_000 }, () => {
  it('tells what happens', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [EXAMPLE], {
      cwd: ROOT,
      timeout: EXAMPLE_LIMIT_MS,
    });
    assert.equal(stderr, '');
    for (const line of [
      /^it is there after [\d.]+ s \(QEMU is process \d+\)$/m,
      /^its rings are in 34 of its pages/m,
      /^20000 packets to the host, then as many back, every byte as it should be:\n +.* packets a second/m,
      /^the same, both ways at once:\n +.* packets a second/m,
      /^400 GPA-direct requests.*:\n +[\d,]+ bytes in \d+ ranges/m,
      /^the guest stops: exit code 0$/m,
    ]) {
      assert.match(stdout, line);
    }
  });

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`takes its machine along on ${signal}`, async () => {
      await withExample(async (example, qemu) => {
        const ended = once(example, 'exit');
        example.kill(signal);
        await ended;
        await until('the end of QEMU', () => (isRunning(qemu) ? null : true));
      });
    });
  }

  it('leaves no file behind, not even while it runs', async () => {
    await withExample((_example, qemu) => {
      assert.ok(isRunning(qemu));
      const files = readdirSync('/dev/shm').filter((name) => name.startsWith('vmbus-ring-vm-'));
      assert.deepEqual(files, []);
      return Promise.resolve();
    });
  });
});
