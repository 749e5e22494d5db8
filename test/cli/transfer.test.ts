import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createChannelFile } from '../../src/transport/node/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { freePath, imageAt } from './channel-path.ts';
import { runCommand, SHELL_COMMAND } from './run-command.ts';
import { type EndedCommand, startCommand, until } from './start-command.ts';

const CONTENT = new Xorshift(41).bytes((3 << 20) + 5);

async function transfer(
  first: 'send' | 'recv',
  path: string,
  content: Uint8Array,
  ...options: readonly string[]
): Promise<[EndedCommand, EndedCommand]> {
  const start = (name: string): ReturnType<typeof startCommand> =>
    startCommand([name, ...options, path], name === 'send' ? content : new Uint8Array(0));
  const one = start(first);
  await until('the file is there', () => existsSync(path));
  const other = start(first === 'send' ? 'recv' : 'send');
  const [oneEnded, otherEnded] = await Promise.all([one.ended, other.ended]);
  return first === 'send' ? [oneEnded, otherEnded] : [otherEnded, oneEnded];
}

/** `until` the end has been opened by a process. */
async function untilOpen(path: string, end: 0 | 1): Promise<void> {
  await until(`end ${end} is open`, () => imageAt(path)?.ends[end].state === 'open');
}

describe('vmbus-ring send and recv', () => {
  for (const first of ['send', 'recv'] as const) {
    it(`move what is sent, with ${first} first, and leave nothing behind`, async () => {
      const path = freePath();
      const [sent, received] = await transfer(first, path, CONTENT, '--ring-kib', '64');
      assert.deepEqual([sent.exitCode, sent.stderr, received.exitCode, received.stderr], [0, '', 0, '']);
      assert.ok(received.stdout.equals(CONTENT));
      assert.equal(existsSync(path), false);
    });
  }

  it('move nothing, and less than a packet', async () => {
    for (const content of [new Uint8Array(0), Uint8Array.of(7)]) {
      const path = freePath();
      const [sent, received] = await transfer('recv', path, content, '--ring-kib', '4');
      assert.deepEqual([sent.exitCode, received.exitCode], [0, 0]);
      assert.ok(received.stdout.equals(content));
    }
  });

  it('take a file as standard input, and write to a file', () => {
    const [path, from, to] = [freePath(), freePath(), freePath()];
    writeFileSync(from, CONTENT);
    const script = `${SHELL_COMMAND} recv "$1" > "$3" & ${SHELL_COMMAND} send "$1" < "$2" && wait $!`;
    const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', path, from, to], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
    assert.ok(readFileSync(to).equals(CONTENT));
    assert.equal(existsSync(path), false);
  });

  it('leave the file with --keep, of mode 0600, and use it again', async () => {
    const path = freePath();
    await transfer('send', path, CONTENT, '--keep');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(imageAt(path)?.rings[0].size, 1 << 20);
    const [sent, received] = await transfer('recv', path, CONTENT.subarray(7));
    assert.deepEqual([sent.exitCode, received.exitCode], [0, 0]);
    assert.ok(received.stdout.equals(CONTENT.subarray(7)));
    assert.ok(existsSync(path), 'it was made by neither of them');
    rmSync(path);
  });

  for (const [keeper, isLeft] of [
    ['who made the file', true],
    ['who found it', false],
  ] as const) {
    it(`leave the removal to who made the file, with --keep of ${keeper}`, async () => {
      const path = freePath();
      const [makerOptions, finderOptions] = isLeft ? [['--keep'], []] : [[], ['--keep']];
      const maker = startCommand(['recv', ...makerOptions, path], new Uint8Array(0));
      await untilOpen(path, 1);
      const finder = startCommand(['send', ...finderOptions, path], Uint8Array.of(7));
      const ended = await Promise.all([maker.ended, finder.ended]);
      assert.deepEqual(
        ended.map(({ exitCode }) => exitCode),
        [0, 0],
      );
      assert.equal(existsSync(path), isLeft);
    });
  }

  it('wait for who has not come, and hold no more than the ring meanwhile', async () => {
    const path = freePath();
    const sender = startCommand(['send', '--ring-kib', '8', path], CONTENT);
    await until('the ring is full', () => (imageAt(path)?.rings[0].usage()?.free ?? 8192) < 2100);
    const receiver = startCommand(['recv', path], new Uint8Array(0));
    assert.ok((await receiver.ended).stdout.equals(CONTENT));
    assert.equal((await sender.ended).exitCode, 0);
  });

  it('end quietly when nobody takes the output any more; the sender says so', async () => {
    const path = freePath();
    const sender = startCommand(['send', path], CONTENT);
    const script = `{ ${SHELL_COMMAND} recv "$1"; echo "$?" >&2; } | head -c 5`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', script, 'sh', path], { encoding: 'buffer' });
    assert.ok(stdout.equals(CONTENT.subarray(0, 5)));
    assert.equal(stderr.toString(), '0\n');
    const { exitCode, stderr: reason } = await sender.ended;
    assert.equal(reason, 'vmbus-ring: the receiver closed the channel before it had read everything\n');
    assert.equal(exitCode, 1);
    assert.equal(existsSync(path), false);
  });
});

describe('vmbus-ring send and recv, when the other one is gone', () => {
  for (const [signal, how] of [
    ['SIGINT', 'closed the channel'],
    ['SIGKILL', 'died'],
  ] as const) {
    it(`recv writes what had come, and says that the sender ${how}`, async () => {
      const path = freePath();
      const receiver = startCommand(['recv', path], new Uint8Array(0));
      await untilOpen(path, 1);
      const sender = startCommand(['send', path]);
      sender.child.stdin.write(CONTENT.subarray(0, 1000));
      await until('it was read', () => (imageAt(path)?.flow(0).consumed?.packets ?? 0n) > 0n);
      sender.child.kill(signal);
      const { exitCode, stdout, stderr } = await receiver.ended;
      assert.equal(stderr, `vmbus-ring: the sender ${how} before the end of the stream, after 1000 bytes\n`);
      assert.equal(exitCode, 1);
      assert.ok(stdout.equals(CONTENT.subarray(0, 1000)));
      assert.equal((await sender.ended).exitCode, signal === 'SIGINT' ? 130 : null);
      assert.equal(existsSync(path), false);
    });

    it(`send, which waits for its input, says that the receiver ${how}`, async () => {
      const path = freePath();
      const sender = startCommand(['send', path]);
      await untilOpen(path, 0);
      const receiver = startCommand(['recv', path], new Uint8Array(0));
      await untilOpen(path, 1);
      receiver.child.kill(signal);
      const { exitCode, stderr } = await sender.ended;
      assert.equal(stderr, `vmbus-ring: the receiver ${how} before it had read everything\n`);
      assert.equal(exitCode, 1);
      await receiver.ended;
      assert.equal(existsSync(path), false);
    });
  }

  it('recv takes what a sender has left that was killed, and the file can be used again', async () => {
    const path = freePath();
    createChannelFile(path, { ringBytes: 65536 });
    const sender = startCommand(['send', path]);
    sender.child.stdin.write(CONTENT.subarray(0, 1000));
    await until('it is in the ring', () => imageAt(path)?.rings[0].summary().packetCount === 1);
    sender.child.kill('SIGKILL');
    await sender.ended;
    const refused = runCommand(['send', path], 'other');
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /: holds what another sender has left: receive it, or remove the file\n$/);
    const { exitCode, stdout } = await startCommand(['recv', path], new Uint8Array(0)).ended;
    assert.equal(exitCode, 1);
    assert.ok(stdout.equals(CONTENT.subarray(0, 1000)));
    const [sent, received] = await transfer('recv', path, CONTENT);
    assert.deepEqual([sent.exitCode, received.exitCode], [0, 0]);
    assert.ok(received.stdout.equals(CONTENT));
  });

  it('say so where the file is removed before somebody comes', async () => {
    const path = freePath();
    const receiver = startCommand(['recv', path], new Uint8Array(0));
    await untilOpen(path, 1);
    rmSync(path);
    const { exitCode, stderr } = await receiver.ended;
    assert.match(stderr, /: was removed or replaced before a sender came\n$/);
    assert.equal(exitCode, 1);
  });
});

describe('vmbus-ring send and recv, interrupted', () => {
  for (const [signal, exitCode] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    for (const name of ['send', 'recv'] as const) {
      it(`${name} ends by ${signal} and removes the file`, async () => {
        const path = freePath();
        const { child, ended } = startCommand([name, path]);
        await untilOpen(path, name === 'send' ? 0 : 1);
        child.kill(signal);
        const result = await ended;
        assert.deepEqual([result.exitCode, result.stderr], [exitCode, `vmbus-ring: interrupted by ${signal}\n`]);
        assert.equal(existsSync(path), false);
      });
    }
  }

  it('recv ends, whose output nobody takes', async () => {
    const path = freePath();
    const sender = startCommand(['send', path], CONTENT);
    const receiver = startCommand(['recv', path], new Uint8Array(0));
    receiver.child.stdout.pause();
    await once(receiver.child.stdout, 'readable');
    receiver.child.kill('SIGTERM');
    const [exitCode] = (await once(receiver.child, 'exit')) as [number];
    assert.equal(exitCode, 143);
    receiver.child.stdout.resume();
    assert.equal((await sender.ended).exitCode, 1);
  });
});

describe('what send and recv cannot use', () => {
  function assertRefused(path: string, reason: RegExp): void {
    for (const name of ['send', 'recv']) {
      const { exitCode, stdout, stderr } = runCommand([name, path], 'input');
      assert.match(stderr, reason);
      assert.match(stderr, /^vmbus-ring: [^\n]+\n$/);
      assert.deepEqual([exitCode, stdout], [2, '']);
    }
  }

  it('is a directory, a FIFO, a path that leads nowhere', () => {
    const folder = freePath();
    mkdirSync(folder);
    assertRefused(folder, /a directory\n$/);
    const fifo = freePath();
    spawnSync('mkfifo', [fifo]);
    assertRefused(fifo, /a FIFO\n$/);
    assertRefused(`${folder}/nowhere/ring`, /: ENOENT\n$/);
  });

  it('is another file, another version, a file that is too short or too long', () => {
    const path = freePath();
    writeFileSync(path, CONTENT);
    assertRefused(path, /: this is no channel: /);
    rmSync(path);
    createChannelFile(path, { ringBytes: 4096 });
    const bytes = readFileSync(path);
    truncateSync(path, 16384);
    assertRefused(path, /: 16384 bytes, 20480 are right\n$/);
    truncateSync(path, 24576);
    assertRefused(path, /: 24576 bytes, 20480 are right\n$/);
    bytes.writeUInt32LE(9, 8);
    writeFileSync(path, bytes);
    assertRefused(path, /: the channel is of another version: version 9\n$/);
  });

  it('is a file that others may write to', () => {
    const path = freePath();
    createChannelFile(path, { ringBytes: 4096 });
    chmodSync(path, 0o622);
    assertRefused(path, /: somebody else may write to the file: its mode is 0622\n$/);
  });

  it('is a ring that has such an end already', async () => {
    const path = freePath();
    const commands = (['send', 'recv'] as const).map((name, end) => ({ name, end, ...startCommand([name, path]) }));
    for (const { end } of commands) await untilOpen(path, end as 0 | 1);
    assertRefused(path, /: this end of the channel is in use: end [01], by process \d+\n$/);
    for (const { child } of commands) child.kill('SIGINT');
    await Promise.all(commands.map(({ ended }) => ended));
  });

  it('is a place that has no room for the file: here the process may write no longer ones', () => {
    const path = freePath();
    const script = `trap '' XFSZ; ulimit -f 64; exec ${SHELL_COMMAND} "$1" "$2"`;
    for (const name of ['send', 'recv']) {
      const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', name, path], { input: '', encoding: 'utf8' });
      assert.match(stderr, /^vmbus-ring: [^\n]+: no space left for the file: 2109440 bytes: EFBIG\n$/);
      assert.equal(status, 2);
      assert.deepEqual(
        [existsSync(path), readdirSync(dirname(path)).filter((file) => file.startsWith('.'))],
        [false, []],
      );
    }
  });

  it('is a size that no ring has', () => {
    for (const kib of ['0', '6', '1048580', '4k']) {
      const { exitCode, stderr } = runCommand(['send', '--ring-kib', kib, freePath()]);
      assert.equal(exitCode, 2);
      assert.match(stderr, /It takes a number: 4 to 1048576, a multiple of 4\./);
    }
  });
});
