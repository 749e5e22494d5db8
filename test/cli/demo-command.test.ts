import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DemoReport } from '../../src/cli/demo/report.ts';
import { runCommand } from './run-command.ts';
import { Xorshift } from '../support/xorshift.ts';

const BROKEN_DEMO = fileURLToPath(new URL('./demo-broken.ts', import.meta.url));
const HANG_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'vmbus-ring-demo-'));
after(() => rmSync(folder, { recursive: true }));

const disk = join(folder, 'disk');
writeFileSync(disk, new Xorshift(31).bytes((1 << 20) + 3));

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function demo(...args: readonly string[]): ReturnType<typeof runCommand> {
  const result = runCommand(['demo', ...args]);
  assert.doesNotMatch(result.stderr, /\n {4}at /, 'a stack trace');
  return result;
}

describe('vmbus-ring demo', () => {
  it("reads the running Node's own executable, and says how it went", () => {
    const { exitCode, stdout, stderr } = demo();
    assert.equal(stderr, '');
    assert.equal(exitCode, 0);
    const lines = stdout.split('\n');
    assert.ok(
      lines.some((line) => line.startsWith('SHA-256') && line.endsWith(sha256(process.execPath))),
      stdout,
    );
    assert.match(stdout, /^ +the same as that of the file$/m);
    assert.match(stdout, /^took .*B\/s, [\d,]+ packets\/s$/m);
    for (const name of ['packets sent', 'packets received', 'signals sent', 'signals saved', 'waits for a packet']) {
      assert.match(stdout, new RegExp(`^${name} +[\\d,]+ +[\\d,]+$`, 'm'));
    }
    assert.match(stdout, /^lost wake-ups +0 +0$/m);
    assert.equal(lines.filter((line) => line === '  ring of 65536 bytes').length, 2);
  });

  it('prints one JSON document', () => {
    const { exitCode, stdout, stderr } = demo('--json', '--request-kib', '16', disk);
    assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    const report = JSON.parse(stdout) as DemoReport;
    assert.equal(report.ok, true);
    assert.equal(report.error, null);
    const { run } = report;
    assert.ok(run !== undefined);
    assert.equal(run.path, disk);
    assert.equal(run.bytes, (1 << 20) + 3);
    assert.deepEqual(run.sha256, { guest: sha256(disk), file: sha256(disk) });
    assert.equal(run.guest.outgoing.packets, 65);
    assert.equal(run.host.outgoing.packets, 65);
    assert.equal(run.guest.signals.lost + run.host.signals.lost, 0);
    assert.ok(run.elapsedMs > 0 && run.bytesPerSecond > 0 && run.packetsPerSecond > 0);
    for (const ring of [run.rings.guestToHost, run.rings.hostToGuest]) {
      assert.equal(ring.size, 65536);
      assert.deepEqual(ring.packets, []);
      assert.equal(ring.error, null);
      assert.equal(ring.control.in, ring.control.out);
    }
    assert.equal(run.rings.hostToGuest.control.in, 65 * 32);
  });

  it('takes an empty file', () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const { exitCode, stdout } = demo(empty);
    assert.equal(exitCode, 0);
    assert.ok(stdout.includes(sha256(empty)));
    assert.match(stdout, /, 0 bytes, as a disk\n/);
  });

  for (const [what, args, message] of [
    ['a file that is missing', [join(folder, 'missing')], /^vmbus-ring: \S*missing: no such file or directory\n$/],
    ['a directory', [folder], /^vmbus-ring: \S+: is a directory\n$/],
    ['a name that a terminal would obey', ['\u001b[31m\u009b'], /^vmbus-ring: \\u\{1b\}\[31m\\u\{9b\}: no such file/],
    ['a device', ['/dev/null'], /^vmbus-ring: \/dev\/null: is no regular file\n$/],
  ] as const) {
    it(`refuses ${what} with exit code 2`, () => {
      const { exitCode, stdout, stderr } = demo(...args);
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.equal(exitCode, 2);
      assert.equal(stderr.split('\n').length, 2, 'one line');
    });
  }

  for (const [what, args, message] of [
    [
      'a ring of no whole number of pages',
      ['--ring-kib', '6'],
      /^error: option '--ring-kib <n>' argument '6' is invalid\. It takes a number: 4 to 4096, a multiple of 4\.\n/,
    ],
    [
      'no number',
      ['--in-flight', '1e2'],
      /^error: option '--in-flight <n>' argument '1e2' is invalid\. It takes a number: 1 to 256\.\n/,
    ],
  ] as const) {
    it(`refuses ${what} as any wrong usage, with exit code 2`, () => {
      const { exitCode, stdout, stderr } = demo(...args);
      assert.match(stderr, message);
      assert.deepEqual([exitCode, stdout], [2, '']);
    });
  }

  it('says in JSON, too, why it cannot begin', () => {
    const { exitCode, stdout } = demo('--json', folder);
    assert.equal(exitCode, 2);
    const report = JSON.parse(stdout) as DemoReport;
    assert.equal(report.ok, false);
    assert.match(report.error ?? '', /: is a directory$/);
  });
});

interface Ended extends ReturnType<typeof runCommand> {
  readonly signal: NodeJS.Signals | null;
}

/** `onOutput` is called when the first output is there. */
async function brokenDemo(
  fault: string,
  args: readonly string[],
  onOutput: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [BROKEN_DEMO, fault, ...args], { timeout: HANG_MS, killSignal: 'SIGKILL' });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  child.stdout.once('data', () => onOutput(child));
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { exitCode, signal, ...output };
}

describe('vmbus-ring demo, when something is wrong on the way', () => {
  it('ends with exit code 1, the reason and a report, when the guest got other bytes', async () => {
    const { exitCode, stdout, stderr } = await brokenDemo('flips-a-bit', [disk]);
    assert.match(stderr, /^vmbus-ring: the guest got other bytes than the file has: SHA-256 [0-9a-f]{64}\n$/);
    assert.match(stdout, new RegExp(`but the file has ${sha256(disk)}`));
    assert.equal(exitCode, 1);
  });

  it('says so in JSON', async () => {
    const { exitCode, stdout } = await brokenDemo('flips-a-bit', ['--json', disk]);
    const report = JSON.parse(stdout) as DemoReport;
    assert.equal(report.ok, false);
    assert.match(report.error ?? '', /^the guest got other bytes/);
    assert.equal(report.run?.sha256.file, sha256(disk));
    assert.notEqual(report.run?.sha256.guest, sha256(disk));
    assert.equal(exitCode, 1);
  });

  it('ends with exit code 1 and the reason when a worker dies', async () => {
    const result = await brokenDemo('exits', [disk]);
    const stderr = 'vmbus-ring: the host failed: it ended before its work was done, with code 7\n';
    assert.deepEqual(result, { exitCode: 1, signal: null, stdout: '', stderr });
  });
});

describe('vmbus-ring demo, interrupted', () => {
  for (const [name, exitCode] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`by ${name} ends at once, with both workers asleep`, async () => {
      const result = await brokenDemo('says-so-and-is-silent', [disk], (child) => child.kill(name));
      const stderr = `vmbus-ring: interrupted by ${name}\n`;
      assert.deepEqual(result, { exitCode, signal: null, stdout: 'silent\n', stderr });
    });
  }
});
