import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { RingReport } from '../../src/inspect/index.ts';
import { PAGE_BYTES } from '../inspect/images.ts';
import { vectorImage, vectorPath } from '../support/vectors.ts';
import { runCommand, SHELL_COMMAND } from './run-command.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'vmbus-ring-inspect-'));
after(() => rmSync(FOLDER, { recursive: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(FOLDER, name);
  writeFileSync(path, bytes);
  return path;
}

/** Refused: exit code 2, one line that says why, nothing else. */
function assertRefused(path: string, reason: RegExp, input: Uint8Array = new Uint8Array(0)): void {
  for (const options of [[], ['--json', '--hex', '--history']]) {
    const { exitCode, stdout, stderr } = runCommand(['inspect', ...options, path], input);
    assert.equal(exitCode, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^vmbus-ring: [^\n]+\n$/);
    assert.match(stderr, reason);
  }
}

describe('what cannot be inspected', () => {
  it('is a file that is not there', () => {
    assertRefused(join(FOLDER, 'nowhere'), /nowhere: no such file or directory\n/);
  });

  it('is a directory', () => {
    assertRefused(FOLDER, /is a directory/);
  });

  for (const length of [0, 1, 4095, 4096, 4097, 8191, 8193, 12287]) {
    it(`is a file of ${length} bytes`, () => {
      assertRefused(file(`${length}.ring`, vectorImage('openvmm-64k-fresh').subarray(0, length)), wordOf(length));
    });
  }

  it('is a pipe with a number of bytes that no image has', () => {
    assertRefused('-', /standard input: is empty \(0 bytes\)/);
    assertRefused('-', wordOf(12289), new Uint8Array(12289));
  });

  it('is more than 1 GiB and a page, and it is not read to find out', () => {
    const path = file('large.ring', new Uint8Array(0));
    const descriptor = openSync(path, 'r+');
    ftruncateSync(descriptor, 4 * 2 ** 30);
    closeSync(descriptor);
    assertRefused(path, /4294967296 bytes or more; .* at most 1 GiB/);
  });

  it('is a device without an end', () => {
    assertRefused('/dev/zero', /\/dev\/zero: is a character device/);
    assertRefused('/dev/null', /\/dev\/null: is a character device/);
  });

  it('is named without what a terminal would obey', () => {
    assertRefused('\u001b[31m\u009b\u202e\n', /vmbus-ring: \\u\{1b\}\[31m\\u\{9b\}\\u\{202e\}\\u\{a\}: no such file/);
  });
});

function wordOf(length: number): RegExp {
  return new RegExp(`\\b${length} bytes\\b.*an image is a 4096-byte control page`);
}

describe('what can be inspected', () => {
  it('is standard input, from a pipe and from a file', () => {
    const path = vectorPath('linux-64k-wrapped.ring');
    const want = runCommand(['inspect', '--json', path]);
    assert.equal(want.exitCode, 0);
    assert.deepEqual(runCommand(['inspect', '--json', '-'], vectorImage('linux-64k-wrapped')), want);
    const { stdout } = spawnSync('sh', ['-c', `${SHELL_COMMAND} inspect --json - < "$1"`, 'sh', path]);
    assert.equal(stdout.toString(), want.stdout);
  });

  it('is a larger image than one read brings, from a pipe', () => {
    const image = new Uint8Array(PAGE_BYTES + 3 * 2 ** 20);
    const { exitCode, stdout } = runCommand(['inspect', '--json', '-'], image);
    assert.equal(exitCode, 0);
    assert.equal((JSON.parse(stdout) as RingReport).size, 3 * 2 ** 20);
  });
});

describe('the output', () => {
  it('has no colours and no escapes where it is no terminal', () => {
    for (const name of ['openvmm-64k-wrapped', 'hostile/flags-3', 'hostile/wrong-footer']) {
      const { stdout } = runCommand(['inspect', '--hex', '--history', vectorPath(`${name}.ring`)]);
      assert.match(stdout, /^[ -~\n]+$/);
    }
  });

  it('carries no escape sequence out of a payload', () => {
    const image = new Uint8Array(2 * PAGE_BYTES);
    const payload = new TextEncoder().encode('\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n\b');
    const length8 = 2 + Math.ceil(payload.length / 8);
    image.set([length8 * 8 + 8], 0);
    image.set([6, 0, 2, 0, length8], PAGE_BYTES);
    image.set(payload, PAGE_BYTES + 16);
    const path = file('escapes.ring', image);
    for (const options of [['--hex'], ['--hex', '--json']]) {
      const { exitCode, stdout } = runCommand(['inspect', ...options, path]);
      assert.equal(exitCode, 0);
      assert.match(stdout, /^[ -~\n]+$/);
      assert.match(stdout, /1b ?5d ?30 ?3b/);
    }
  });

  it('shows what is before the damage, then the damage', () => {
    const image = vectorImage('dpdk-64k-fresh');
    const report = JSON.parse(runCommand(['inspect', '--json', '-'], image).stdout) as RingReport;
    const { offset } = report.packets[2]!;
    image[PAGE_BYTES + offset] = 0xa;
    const { exitCode, stdout } = runCommand(['inspect', '-'], image);
    assert.equal(exitCode, 1);
    assert.match(stdout, /2 packets up to the damage\n.*\n {2}0x00000000 {2}in-band .*\n {2}0x[0-9a-f]{8} {2}in-band/);
    assert.match(stdout, /\n\nerror: InvalidDescriptorType: unknown packet descriptor type at ring offset \d+: 0xa\n$/);
  });

  it('may be left early: the command ends quietly, with the exit code that it had', () => {
    const image = vectorImage('openvmm-64k-wrapped');
    const clean = file('clean.ring', image);
    // `in` in the middle of the last packet.
    image.set([...image.subarray(0, 4)].map((byte, i) => (i === 0 ? byte - 8 : byte)));
    const corrupt = file('corrupt.ring', image);
    for (const [path, exitCode] of [
      [clean, 0],
      [corrupt, 1],
    ] as const) {
      const script = `{ ${SHELL_COMMAND} inspect --hex --history "$1"; echo "$?" >&3; } 3>&2 | head -n 1`;
      const { stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', path], { encoding: 'utf8' });
      assert.equal(stdout, 'ring of 65536 bytes\n');
      assert.equal(stderr, `${exitCode}\n`);
    }
  });
});
