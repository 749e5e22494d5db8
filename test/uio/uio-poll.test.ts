import assert from 'node:assert/strict';
import { closeSync, readSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NativeCalls, nativeCalls } from '../../src/transport/node/ffi/native-calls.ts';
import { Poll } from '../../src/transport/node/uio/poll.ts';
import { socketPair } from './socket-pair.ts';

const CALLS = nativeCalls();

/** As on Bun, and a system that refuses. */
const WAYS: readonly (readonly [what: string, calls: NativeCalls])[] = [
  ['as it is here', CALLS],
  ['without asynchronous calls', { ...CALLS, syscallAsync: null }],
  ['with asynchronous calls that fail', { ...CALLS, syscallAsync: () => Promise.resolve(-1) }],
];

for (const [what, calls] of WAYS) {
  test(`a wait ends when there is something to read, by time, and by being woken: ${what}`, async () => {
    const [ours, theirs] = socketPair();
    const poll = new Poll(ours, calls);
    const wait = (timeoutMs: number): Promise<void> =>
      new Promise((resolve) => {
        poll.wait(timeoutMs, resolve);
      });
    poll.wake();
    const long = wait(60_000);
    assert.throws(() => poll.wait(1, () => {}), /waits already/);
    writeSync(theirs, 'x');
    await long;
    assert.equal(poll.waitSync(60_000), true);
    readSync(ours, new Uint8Array(1));
    assert.equal(poll.waitSync(2), false);
    await wait(2);
    const woken = wait(60_000);
    await sleep(5);
    poll.wake();
    await woken;
    // The call of before is not left over for the next wait.
    let isOver = false;
    const next = wait(60_000).then(() => {
      isOver = true;
    });
    await sleep(10);
    // Where it only looks from time to time, a wait may end for nothing.
    assert.equal(isOver, calls !== CALLS);
    writeSync(theirs, 'x');
    await next;
    poll.close();
    closeSync(ours);
    closeSync(theirs);
  });
}

test('more polls at once than lie in one page of native memory', async () => {
  const [ours, theirs] = socketPair();
  const polls = Array.from({ length: 100 }, () => new Poll(ours));
  const done = polls.map(
    (poll) =>
      new Promise<void>((resolve) => {
        poll.wait(60_000, resolve);
      }),
  );
  writeSync(theirs, 'x');
  await Promise.all(done);
  for (const poll of polls) poll.close();
  closeSync(ours);
  closeSync(theirs);
});
