// Both ends are closed at once, thousands of times: in one thread, by two threads, by two processes. All that waits comes to its end.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import {
  connectedBytePipes,
  connectedChannels,
  connectedMessagePipes,
  createChannelPair,
  openChannel,
  RequestChannel,
} from '../../src/index.ts';
import { createChannelFile, mapFile, openChannelFile } from '../../src/transport/node/index.ts';
import { kill, startProgram } from '../support/child.ts';
import { announceSeed, runsInFull, scaleRuns } from '../support/property.ts';
import { TestFolder } from '../support/test-folder.ts';
import { Xorshift } from '../support/xorshift.ts';
import { checkOutcomes, type CloserTask, dawdle, MAXIMUM_TURNS, PendingWaits, spinUntil } from './at-once.ts';

const RING_BYTES = 4096;
const CLOSER = new URL('programs/closer.ts', import.meta.url);

const folder = new TestFolder();
const workers: Worker[] = [];
const children: ChildProcess[] = [];
after(async () => {
  await Promise.all([...workers.map((worker) => worker.terminate()), ...children.map(kill)]);
  folder.remove();
});

async function codesOf(waits: readonly Promise<unknown>[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(waits);
  return outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? 'done' : String((outcome.reason as { code?: unknown }).code),
  );
}

/** Closes both, with a few turns of the microtask queue, or of the event loop, between them. */
async function closeBoth(random: Xorshift, ends: readonly { close(): void }[]): Promise<void> {
  const first = random.below(2);
  ends[first]!.close();
  for (let turns = random.below(6); turns > 0; turns--) await (turns === 5 ? sleep(0) : Promise.resolve());
  ends[1 - first]!.close();
}

it('queues in one thread', { timeout: 120_000 }, async (t) => {
  const random = new Xorshift(announceSeed(t));
  for (let round = 0; round < scaleRuns(1000); round++) {
    const waits = connectedChannels({ ringBytes: RING_BYTES }).map((channel) => new PendingWaits(channel));
    for (let turns = random.below(4); turns > 0; turns--) await Promise.resolve();
    await closeBoth(
      random,
      waits.map(({ queue }) => queue),
    );
    for (const each of waits) checkOutcomes(await each.settled(), `round ${round}`);
  }
});

it('pipes and requests in one thread', { timeout: 120_000 }, async (t) => {
  const random = new Xorshift(announceSeed(t));
  const allowed = new Set(['done', 'Closed', 'PeerClosed']);
  for (let round = 0; round < scaleRuns(500); round++) {
    const messages = connectedMessagePipes({ ringBytes: RING_BYTES });
    const bytes = connectedBytePipes({ ringBytes: RING_BYTES });
    const requests = connectedChannels({ ringBytes: RING_BYTES }).map((channel) => new RequestChannel(channel));
    const waits = [
      ...messages.flatMap((pipe) => [pipe.receive(), pipe.send(new Uint8Array(3000)), pipe.send(new Uint8Array(3000))]),
      ...bytes.flatMap((pipe) => [pipe.read(new Uint8Array(9)), pipe.write(new Uint8Array(10_000))]),
      ...requests.flatMap((requester) => [
        requester.serve(async ({ payload }) => {
          await sleep(0);
          return payload;
        }),
        requester.call(new Uint8Array(1000)),
        requester.call(new Uint8Array(3000)),
      ]),
    ];
    const codes = codesOf(waits);
    for (const ends of [messages, bytes, requests]) await closeBoth(random, ends);
    for (const [i, code] of (await codes).entries()) assert.ok(allowed.has(code), `round ${round}, wait ${i}: ${code}`);
  }
});

it('channels between two threads', { timeout: 120_000 }, async (t) => {
  const random = new Xorshift(announceSeed(t));
  const worker = new Worker(CLOSER);
  workers.push(worker);
  let firsts = 0;
  const rounds = scaleRuns(1000);
  for (let round = 0; round < rounds; round++) {
    const [ours, handle] = createChannelPair({ ringBytes: RING_BYTES });
    const words = new Int32Array(new SharedArrayBuffer(4));
    const waits = new PendingWaits(openChannel(ours));
    const reported = once(worker, 'message') as Promise<[string[]]>;
    worker.postMessage({ handle, words, turns: random.below(MAXIMUM_TURNS) } satisfies CloserTask);
    spinUntil(words, 0, 1);
    Atomics.store(words, 0, 2);
    await dawdle(random.below(MAXIMUM_TURNS));
    waits.queue.close();
    const [theirs] = await reported;
    const outcomes = await waits.settled();
    checkOutcomes(outcomes, `round ${round}, here`);
    checkOutcomes(theirs, `round ${round}, there`);
    if (theirs[0] === 'PeerClosed') firsts++;
  }
  assert.ok(!runsInFull() || (firsts > 0 && firsts < rounds), `this thread was first in ${firsts} of ${rounds} rounds`);
  t.diagnostic(`${rounds} rounds, this thread was first in ${firsts} of them`);
});

it('channels between two processes', { timeout: 120_000 }, async (t) => {
  const random = new Xorshift(announceSeed(t));
  const rounds = scaleRuns(150);
  const words = folder.file('words');
  writeFileSync(words, new Uint8Array(8 * rounds));
  const mapped = mapFile(words);
  const steps = new Int32Array(mapped.bytes.buffer);
  const child = startProgram(CLOSER, [folder.path, String(rounds), String(random.next())], 'pipe');
  children.push(child);
  const output = text(child.stdout!);
  const path = folder.file('channel');
  for (let round = 0; round < rounds; round++) {
    rmSync(path, { force: true });
    createChannelFile(path, { ringBytes: RING_BYTES });
    const waits = new PendingWaits(openChannelFile(path, { end: 0 }));
    Atomics.store(steps, 2 * round + 1, 1);
    spinUntil(steps, 2 * round, 1);
    Atomics.store(steps, 2 * round, 2);
    await dawdle(random.below(MAXIMUM_TURNS));
    waits.queue.close();
    checkOutcomes(await waits.settled(), `round ${round}, here`);
    spinUntil(steps, 2 * round, 3);
    // Nobody has an end any more.
    for (const end of [0, 1] as const) openChannelFile(path, { end }).close();
  }
  for (const line of (await output).trim().split('\n')) checkOutcomes(JSON.parse(line) as string[], 'there');
  mapped.close();
});
