import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { frame, FrameReader } from '../../bench/processes/frames.ts';
import { Pair } from '../../bench/processes/pair.ts';
import { SIGNAL_WAYS, WAYS } from '../../bench/processes/task.ts';

/** Rings of 1 MiB wrap with those of 4096 bytes. */
const MESSAGES = 480;

/** As long as a process may take to see that its parent is gone. */
const LIMIT_MS = 3000;

/** The processes that `parent` has started, and those which they have. */
function descendants(parent: number): number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === parent);
  return children.flatMap((child) => [Number(child), ...descendants(Number(child))]);
}

function processesOf({ first }: Pair): number[] {
  return [first.child.pid!, ...descendants(first.child.pid!)];
}

function parentOf(process: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${process}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that has ended, and whose parent has not asked after it, is no process any more.
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

function isThere(process: number): boolean {
  return parentOf(String(process)) !== undefined;
}

describe('what the benchmark of processes measures', () => {
  const pair = new Pair();
  after(() => pair.end());

  for (const way of WAYS) {
    for (const batch of [1, 16]) {
      it(`${way}: moves messages, ${batch} at a time`, async () => {
        for (const payloadBytes of [8, 4096]) {
          const ms = await pair.run('send', { way, payloadBytes, batch, count: MESSAGES, verify: true });
          assert.ok(ms > 0);
        }
      });
    }
    it(`${way}: moves messages there and back`, async () => {
      const ms = await pair.run('ping', { way, payloadBytes: 256, batch: 1, count: 64, verify: true });
      assert.ok(ms > 0);
    });
  }

  for (const way of SIGNAL_WAYS) {
    it(`${way}: carries signals there and back`, async () => {
      assert.ok((await pair.run('ping', { way, payloadBytes: 0, batch: 1, count: 64, verify: true })) > 0);
    });
  }
  for (const way of ['futex, blocking', 'socket, 1 byte'] as const) {
    it(`${way}: carries signals one way`, async () => {
      assert.ok((await pair.run('send', { way, payloadBytes: 0, batch: 1, count: 200, verify: true })) > 0);
    });
  }

  it('leaves nothing: no file after a task, and neither process nor folder in the end', async () => {
    assert.deepEqual(readdirSync(pair.folder), []);
    const both = processesOf(pair);
    assert.equal(both.length, 2);
    await pair.end();
    assert.deepEqual(both.filter(isThere), []);
    assert.ok(!existsSync(pair.folder));
  });
});

describe('the processes of the benchmark', () => {
  const work = { payloadBytes: 8, batch: 1, verify: false };

  for (const [killed, way] of [
    ['first', 'queue, blocking'],
    ['second', 'Unix socket'],
  ] as const) {
    it(`end when the ${killed} is killed at work (${way})`, async () => {
      const pair = new Pair();
      await pair.run('ping', { way, count: 1, ...work });
      const both = processesOf(pair);
      const working = pair.run('ping', { way, count: 100_000_000, ...work });
      working.catch(() => {});
      await sleep(20);
      process.kill(both[killed === 'first' ? 0 : 1]!, 'SIGKILL');
      await assert.rejects(working);
      await pair.end();
      for (let ms = 0; ms < LIMIT_MS && both.some(isThere); ms += 10) await sleep(10);
      assert.deepEqual(both.filter(isThere), []);
      assert.ok(!existsSync(pair.folder));
    });
  }
});

describe('frames in a byte stream', () => {
  const messages = [
    new Uint8Array(0),
    Uint8Array.of(1),
    new Uint8Array(0),
    new Uint8Array(40).fill(2),
    Uint8Array.of(3),
  ];
  const stream = Buffer.concat(messages.map(frame));

  for (let pieceBytes = 1; pieceBytes <= stream.length; pieceBytes++) {
    it(`are found in pieces of ${pieceBytes} bytes`, () => {
      const found: Uint8Array[] = [];
      const reader = new FrameReader(40, (message) => found.push(Uint8Array.from(message)));
      for (let at = 0; at < stream.length; at += pieceBytes) reader.push(stream.subarray(at, at + pieceBytes));
      assert.deepEqual(found, messages);
    });
  }

  it('are refused where they are too long', () => {
    const reader = new FrameReader(7, () => {});
    assert.throws(() => reader.push(frame(new Uint8Array(8))), /8 bytes is too long/);
  });
});
