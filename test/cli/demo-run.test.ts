import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { CommandError } from '../../src/cli/command-error.ts';
import { DiskFile } from '../../src/cli/demo/disk-file.ts';
import { createMachine } from '../../src/cli/demo/machine.ts';
import type { DemoOptions } from '../../src/cli/demo/options.ts';
import { type DemoHooks, type DemoRun, runDemo, verdict } from '../../src/cli/demo/run.ts';
import { WORKER_MODULES, WorkerHandle } from '../../src/cli/demo/worker-handle.ts';
import { Xorshift } from '../support/xorshift.ts';
import { EXIT_BY_SIGNAL, EXIT_FAILED } from '../../src/cli/exit-codes.ts';
import { withFault } from './demo-faults.ts';

const DEFAULTS: DemoOptions = { ringBytes: 65536, inFlight: 32, requestBytes: 65536 };

const folder = mkdtempSync(join(tmpdir(), 'vmbus-ring-demo-'));
after(() => rmSync(folder, { recursive: true }));

const started: Worker[] = [];
process.on('worker', (worker) => started.push(worker));

/** However a run ended, its threads have. */
afterEach(() => {
  const left = started.filter((worker) => worker.threadId !== -1);
  assert.deepEqual(left, [], `${left.length} of ${started.length} workers still run`);
});

function makeFile(bytes: number, seed: number): { path: string; sha256: string } {
  const path = join(folder, `${bytes}-${seed}`);
  const content = new Xorshift(seed).bytes(bytes);
  writeFileSync(path, content);
  return { path, sha256: createHash('sha256').update(content).digest('hex') };
}

async function run(path: string, options: Partial<DemoOptions> = {}, hooks: Partial<DemoHooks> = {}): Promise<DemoRun> {
  const disk = await DiskFile.open(path);
  try {
    return await runDemo(disk, { ...DEFAULTS, ...options }, { signal: new AbortController().signal, ...hooks });
  } finally {
    await disk.close();
  }
}

/** How the run ends with a CommandError, thrown or found. */
async function reasonOf(running: Promise<DemoRun>): Promise<string> {
  try {
    const error = verdict(await running);
    assert.ok(error !== null, 'the run ended well');
    return error.message;
  } catch (error) {
    assert.ok(error instanceof CommandError, String(error));
    assert.equal(error.exitCode, EXIT_FAILED);
    return error.message;
  }
}

describe('a run', () => {
  for (const bytes of [0, 1, 4095, 4096, 4097, 65536, (1 << 20) + 3]) {
    it(`reads a file of ${bytes} bytes`, async () => {
      const { path, sha256 } = makeFile(bytes, 1 + bytes);
      const result = await run(path);
      assert.equal(verdict(result), null);
      assert.equal(result.guest.sha256, sha256);
      assert.equal(result.fileSha256, sha256);
      const requests = Math.ceil(bytes / DEFAULTS.requestBytes);
      for (const { channel } of [result.guest, result.host]) {
        assert.deepEqual([channel.incoming.packets, channel.outgoing.packets], [requests, requests]);
      }
      assert.equal(result.guestToHost.size, DEFAULTS.ringBytes);
      assert.deepEqual(result.hostToGuest.report().packets, []);
    });
  }

  it('gets completions out of order', async () => {
    const { path } = makeFile(4 << 20, 7);
    const result = await run(path);
    assert.equal(verdict(result), null);
    assert.ok(result.guest.completionsOutOfOrder > 0);
  });

  for (const [name, options] of [
    ['one request at a time', { inFlight: 1 }],
    ['requests of 1 KiB', { requestBytes: 1024 }],
    ['requests of 3 KiB on the smallest ring', { requestBytes: 3072, ringBytes: 4096, inFlight: 128 }],
    ['the largest requests on the smallest ring', { requestBytes: 512 << 10, ringBytes: 4096, inFlight: 3 }],
    ['the largest rings', { ringBytes: 4 << 20, inFlight: 256 }],
  ] as const) {
    it(`works with ${name}`, async () => {
      const { path, sha256 } = makeFile((3 << 20) + 5, 11);
      const result = await run(path, options);
      assert.equal(verdict(result), null);
      assert.equal(result.guest.sha256, sha256);
    });
  }

  it('loses no wake-up where the guest has to wait for room', async () => {
    const { path } = makeFile(2 << 20, 13);
    let stalls = 0;
    for (let i = 0; i < 8; i++) {
      const result = await run(path, { ringBytes: 4096, inFlight: 256, requestBytes: 1024 });
      assert.equal(verdict(result), null);
      stalls += result.guest.channel.stalls;
    }
    assert.ok(stalls > 0, 'the guest never waited for room');
  });
});

describe('a run ends with a reason', () => {
  const { path } = makeFile(1 << 20, 17);
  for (const [fault, reason] of [
    ['flips-a-bit', /^the guest got other bytes than the file has: SHA-256 [0-9a-f]{64}$/],
    ['completes-twice', /^the guest failed: there is a completion of transaction \d+, which is not under way$/],
    [
      'completes-what-nobody-asked',
      /^the guest failed: there is a completion of transaction \d+, which is not under way$/,
    ],
    ['throws', /^the host failed: Error: the disk is on fire$/],
    ['closes-the-channel', /^the guest failed: the host closed the channel before all was done$/],
    ['exits', /^the host failed: it ended before its work was done, with code 7$/],
    ['no-such-fault', /^the host failed: .*not a function/],
  ] as const) {
    it(`when the host ${fault}`, async () => {
      assert.match(await reasonOf(run(path, {}, { workers: withFault('host', fault) })), reason);
    });
  }

  for (const [fault, reason] of [
    ['exits', /^the guest failed: it ended before its work was done, with code 9$/],
    ['names-memory-it-does-not-have', /^the host failed: GuestMemoryError: guest address out of range: /],
    ['names-no-address', /^the host failed: GuestMemoryError: invalid guest page number: /],
    ['asks-for-more-than-its-ranges', /^the host failed: transaction 1 reads 65544 bytes into ranges of 65536$/],
    [
      'asks-for-more-than-the-disk',
      /^the guest failed: reading 65536 bytes at \d+ of the disk gave 0 bytes: out of range$/,
    ],
    ['knows-no-operation', /^the host failed: the packet at ring offset 0 is no request: operation 99$/],
    ['sends-an-empty-range', /^the host failed: GpaRangeError: empty byte count$/],
    [
      'sends-no-ranges',
      /^the host failed: VmbusRingError: invalid range count for gpa direct packet at ring offset 0: /,
    ],
    ['sends-no-packet', /^the host failed: VmbusRingError: unknown packet descriptor type at ring offset 0: 0x4444$/],
  ] as const) {
    it(`when the guest ${fault}`, async () => {
      assert.match(await reasonOf(run(path, {}, { workers: withFault('guest', fault) })), reason);
    });
  }

  it('when the file becomes shorter', async () => {
    const file = makeFile(8 << 20, 19);
    const onStart = (): void => truncateSync(file.path, 5000);
    const reason = await reasonOf(run(file.path, {}, { onStart }));
    assert.match(reason, /the file became shorter while it was read|the file ended early/);
  });

  it('when the file becomes longer', async () => {
    const file = makeFile(8 << 20, 23);
    const onStart = (): void => appendFileSync(file.path, 'x');
    assert.match(await reasonOf(run(file.path, {}, { onStart })), /the file became longer while it was read/);
  });

  it('when it is interrupted, whatever its workers are at', async () => {
    for (const fault of ['none', 'silent']) {
      const interruption = new AbortController();
      const running = run(
        path,
        {},
        {
          signal: interruption.signal,
          workers: withFault('host', fault),
          onStart: () => interruption.abort(new CommandError(EXIT_BY_SIGNAL.SIGINT, 'interrupted')),
        },
      );
      await assert.rejects(running, { name: 'CommandError', exitCode: EXIT_BY_SIGNAL.SIGINT });
    }
  });

  it('when a thread cannot be started, and leaves none behind', async () => {
    // A worker takes modules from files and data, and from nowhere else.
    const workers = { ...WORKER_MODULES, host: new URL('http://localhost/host.js') };
    const reason = await reasonOf(run(path, {}, { workers }));
    assert.match(reason, /^cannot start the thread of the host: /);
  });

  it('when it was interrupted before it began', async () => {
    const signal = AbortSignal.abort(new CommandError(EXIT_BY_SIGNAL.SIGINT, 'interrupted'));
    await assert.rejects(run(path, {}, { signal }), { name: 'CommandError', exitCode: EXIT_BY_SIGNAL.SIGINT });
  });
});

describe('a side whose peer dies', () => {
  it('sees it through the channel', async () => {
    const { places, buffers, bufferPages } = createMachine(DEFAULTS);
    const disk = await DiskFile.open(makeFile(1 << 20, 37).path);
    const shared = { ...DEFAULTS, buffers, bufferPages, diskBytes: disk.bytes, progress: new SharedArrayBuffer(8) };
    const host = { place: places.host, diskBytes: disk.bytes, fileDescriptor: disk.descriptor };
    const workers = [
      WorkerHandle.create('guest', WORKER_MODULES.guest, { ...shared, place: places.guest }),
      WorkerHandle.create('host', withFault('host', 'exits').host, host),
    ] as const;
    try {
      await Promise.all(workers.map((worker) => worker.opened));
      for (const worker of workers) worker.start();
      const message = 'the guest failed: the host ended without closing the channel';
      await assert.rejects(workers[0].result, { name: 'CommandError', side: 'guest', message });
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
      await disk.close();
    }
  });
});

describe('wake-ups', () => {
  const { path, sha256 } = makeFile(2 * 4096, 29);
  const options = { inFlight: 1, requestBytes: 4096 };

  it('are found to be lost when the host signals nothing', async () => {
    const result = await run(path, options, { workers: withFault('host', 'mute') });
    assert.equal(result.guest.sha256, sha256);
    assert.match(verdict(result)?.message ?? '', /^wake-ups were lost: \d of the guest$/);
  });

  it('are not waited for without end', async () => {
    const workers = { guest: withFault('guest', 'none', 50).guest, host: withFault('host', 'silent').host };
    assert.match(
      await reasonOf(run(path, options, { workers })),
      /^the guest failed: the other side is silent: .*50 ms$/,
    );
  });
});
