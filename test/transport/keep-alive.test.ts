import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { createChannelPair, createDoorbell, openChannel, openDoorbell, Queue } from '../../src/index.ts';
import { KeepAlive } from '../../src/transport/keep-alive.ts';
import { checkProperty } from '../support/property.ts';

const CHILD = fileURLToPath(new URL('./workers/alive-child.ts', import.meta.url));

/** A timer that is left over fires after 500 ms. */
const PROMPT_MS = 400;

const LIMIT_MS = 30_000;

/** What the child says before it ends. */
const SCENARIOS: [string, string[]][] = [
  ['a read is pending', ['read 1']],
  ['unref before the read', []],
  ['unref while the read is pending', []],
  ['unref and ref', ['read 1']],
  ['closed while the read is pending', ['Closed']],
  ['the peer closes', ['PeerClosed']],
  ['never used', []],
  ['never closed after a read', ['read 1']],
  ['a set waits', ['ready 1']],
  ['a set waits, unref', []],
];

/** Those that are run without `Atomics.waitAsync` as well. */
const FALLBACK = new Set(['a read is pending', 'unref while the read is pending', 'closed while the read is pending']);

/** Timers that keep this process alive. */
function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/** Bun does not say what it has: there the child processes below are what is checked. */
function assertActiveTimers(expected: number): void {
  if (!('Bun' in globalThis)) assert.equal(activeTimers(), expected);
}

describe('a process', { concurrency: 3 }, () => {
  for (const waits of ['wait-async', 'no-wait-async']) {
    for (const [scenario, expected] of SCENARIOS) {
      if (waits === 'no-wait-async' && !FALLBACK.has(scenario)) continue;
      it(`${scenario}, with ${waits}`, async () => {
        const { stdout } = await promisify(execFile)(process.execPath, [CHILD, scenario, waits], { timeout: LIMIT_MS });
        const lines = stdout.trimEnd().split('\n');
        const lived = /^lived on for (\d+) ms$/.exec(lines.pop() ?? '');
        assert.deepEqual(lines, expected);
        assert.ok(Number(lived?.[1]) < PROMPT_MS, stdout);
      });
    }
  }
});

describe('what keeps a process alive', () => {
  it('is there while it is held by somebody who wants it, whatever the order', (t) => {
    const step = fc.constantFrom('hold', 'hold alive', 'drop', 'drop alive', 'drop all');
    const property = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const before = activeTimers();
      const keepAlive = new KeepAlive(1000, () => {});
      const holders = { hold: 0, 'hold alive': 0 };
      for (const what of steps) {
        if (what === 'drop all') {
          keepAlive.dropAll();
          holders.hold = holders['hold alive'] = 0;
        } else if (what === 'hold' || what === 'hold alive') {
          keepAlive.hold(what === 'hold alive');
          holders[what]++;
        } else {
          const held = what === 'drop' ? 'hold' : 'hold alive';
          if (holders[held] === 0) continue;
          keepAlive.drop(what === 'drop alive');
          holders[held]--;
        }
        assert.equal(keepAlive.isHeld, holders.hold + holders['hold alive'] > 0);
        assertActiveTimers(before + (holders['hold alive'] > 0 ? 1 : 0));
      }
      keepAlive.dropAll();
      assertActiveTimers(before);
    });
    checkProperty(t, property, 100);
  });

  it('ticks while it is held, and not after', async () => {
    let ticks = 0;
    const keepAlive = new KeepAlive(2, () => {
      ticks++;
      if (ticks === 3) keepAlive.dropAll();
      // A holder of its own, from within.
      if (ticks === 2) keepAlive.hold(true);
    });
    keepAlive.hold(true);
    while (keepAlive.isHeld) await new Promise((resolve) => setTimeout(resolve, 2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(ticks, 3);
    keepAlive.hold(false);
    keepAlive.drop(false);
    assert.equal(ticks, 3);
  });

  it('is balanced over concurrent waits of several channels, however they end', async () => {
    const before = activeTimers();
    const doorbell = openDoorbell(createDoorbell(3));
    const queues = [0, 1, 2].map(() => {
      const [ours, theirs] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell, null] });
      return { ours: new Queue(openChannel(ours, { doorbell })), theirs: new Queue(openChannel(theirs)) };
    });
    const [a, b, c] = queues.map(({ ours }) => ours);
    const large = new Uint8Array(3000);
    const abort = new AbortController();
    assert.ok(a!.tryWrite(large));
    const settled = Promise.allSettled([
      a!.read({ signal: abort.signal }),
      a!.write(large),
      b!.read(),
      c!.waitReady(c!.capacity).then(() => c!.read()),
    ]);
    await Promise.resolve();
    assertActiveTimers(before + 1);
    for (const queue of [a!, b!]) queue.channel.unref();
    assertActiveTimers(before + 1);
    c!.channel.unref();
    c!.channel.unref();
    assertActiveTimers(before);
    b!.channel.ref();
    assertActiveTimers(before + 1);
    abort.abort();
    queues[1]!.theirs.close();
    assert.equal(queues[0]!.theirs.tryRead()?.payloadLength, 3000);
    queues[0]!.theirs.reader.release();
    queues[2]!.theirs.tryWrite(Uint8Array.of(1));
    const outcomes = (await settled).map(({ status }) => status);
    assert.deepEqual(outcomes, ['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    a!.channel.ref();
    c!.channel.ref();
    assertActiveTimers(before);
    for (const { ours, theirs } of queues) {
      ours.close();
      theirs.close();
    }
    assertActiveTimers(before);
  });
});
