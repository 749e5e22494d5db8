// Processes at both ends are killed at random moments, while they exchange packets, open and close; and stopped, which is not death.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from '../../src/index.ts';
import { createChannelFile, openChannelFile } from '../../src/transport/node/index.ts';
import { announceSeed, scaleRuns } from '../support/property.ts';
import { openBothEnds } from '../support/queue-pairs.ts';
import { TestFolder } from '../support/test-folder.ts';
import { Xorshift } from '../support/xorshift.ts';
import { Program } from './program.ts';
import { messageOf, numberOf } from './programs/messages.ts';

/** Of each kind. `VMBUS_RING_RUNS=20` makes it hundreds. */
const KILLS = 10;

const LONGEST_LIFE_MS = 60;

/** Who waits longer than that waits for what never comes. */
const HANG_MS = 30_000;

const folder = new TestFolder();
/** Nothing but one channel, or none. */
const place = new TestFolder();
const programs: Program[] = [];
let outputs = 0;
after(async () => {
  await Promise.all(programs.map((program) => program.kill()));
  folder.remove();
  place.remove();
});

function start(name: string, args: readonly string[]): Program {
  const program = new Program(name, args, folder.file(`output-${outputs++}`));
  programs.push(program);
  return program;
}

/** What a reader has said that it read, before it gave it back: whole numbers from `next - batch` or later on, and none is left out. */
function readOn(reader: Program, next: number, batch: number): number {
  const numbers = reader.lines.map(Number);
  if (numbers.length === 0) return next;
  const first = numbers[0]!;
  assert.ok(first <= next && first >= next - batch, `after ${next - 1} comes ${first}`);
  for (const [i, number] of numbers.entries()) assert.equal(number, first + i);
  return Math.max(next, first + numbers.length);
}

describe('processes that are killed', () => {
  for (const [way, batch] of [
    ['sync', 1],
    ['async', 8],
  ] as const) {
    it(`at both ends, ${way}: what was committed comes, in order, to whoever comes next`, async (t) => {
      const random = new Xorshift(announceSeed(t));
      const path = folder.file(`both-${way}`);
      createChannelFile(path, { ringBytes: 8192 });
      const args = [path, way, String(batch)];
      let [writer, reader] = [start('writer.ts', args), start('reader.ts', args)];
      let next = 0;
      for (let kill = 0; kill < scaleRuns(KILLS); kill++) {
        await Promise.all([writer.begun(), reader.begun()]);
        await sleep(random.below(LONGEST_LIFE_MS));
        const victims = 1 + random.below(3);
        if ((victims & 1) !== 0) {
          await writer.kill();
          writer = start('writer.ts', args);
        }
        if ((victims & 2) !== 0) {
          await reader.kill();
          next = readOn(reader, next, batch);
          reader = start('reader.ts', args);
        }
      }
      await Promise.all([writer.kill(), reader.kill()]);
      next = readOn(reader, next, batch);
      // Nobody is there any more, and what was sent still is.
      const rest = new Queue(openChannelFile(path, { end: 1, outlivesPeer: true }));
      for (let packet = rest.tryRead(), isFirst = true; packet !== null; packet = rest.tryRead(), isFirst = false) {
        const number = numberOf(packet.readAll());
        assert.ok(isFirst ? number <= next && number >= next - batch : number === next, `${number} after ${next - 1}`);
        next = number + 1;
      }
      rest.close();
      assert.ok(next > KILLS);
      t.diagnostic(`${next} messages`);
    });
  }

  it('while they make, open, close and remove: what is there is whole, and nobody has it', async (t) => {
    const random = new Xorshift(announceSeed(t));
    const path = place.file('channel');
    let whole = 0;
    for (let kill = 0; kill < scaleRuns(KILLS); kill++) {
      const churner = start('churner.ts', [path]);
      await churner.begun();
      await sleep(random.below(20));
      await churner.kill();
      const files = readdirSync(place.path);
      assert.ok(files.length <= 1, files.join(' '));
      if (files.length === 0) continue;
      whole++;
      assert.equal(statSync(path).size, 3 * 4096 + 2 * 65_536);
      const [first, second] = openBothEnds(path);
      second.tryRead();
      second.reader.release();
      assert.ok(first.tryWrite(messageOf(kill)));
      assert.equal(numberOf(second.tryRead()!.readAll()), kill);
      first.close();
      second.close();
    }
    t.diagnostic(`${whole} files were there`);
  });
});

describe('a process that is stopped', () => {
  it('is not dead, goes on when it is let, and is dead when it is killed', async () => {
    const path = folder.file('stopped');
    createChannelFile(path, { ringBytes: 4096 });
    const queue = new Queue(openChannelFile(path, { end: 1 }));
    const writer = start('writer.ts', [path, 'async', '1']);
    await writer.begun();
    let next = 0;
    const take = async (timeoutMs: number): Promise<void> => {
      assert.equal(numberOf((await queue.read({ timeoutMs })).readAll()), next++);
    };
    for (let i = 0; i < 100; i++) await take(HANG_MS);
    writer.child.kill('SIGSTOP');
    // What it had sent, and then several looks at whether it lives.
    await assert.rejects(
      async () => {
        for (;;) await take(2200);
      },
      { code: 'TimedOut' },
    );
    assert.equal(queue.inspect().peerState, 'open');
    assert.throws(() => queue.readSync(1200), { code: 'TimedOut' });
    assert.throws(() => openChannelFile(path, { end: 0 }), { code: 'InUse' });
    writer.child.kill('SIGCONT');
    for (let i = 0; i < 100; i++) await take(HANG_MS);
    writer.child.kill('SIGSTOP');
    await writer.kill();
    await assert.rejects(
      async () => {
        for (;;) await take(HANG_MS);
      },
      { code: 'PeerDied' },
    );
    queue.close();
  });

  it('does not take others for dead that were there all the time', async () => {
    const path = folder.file('sleeper');
    createChannelFile(path, { ringBytes: 4096 });
    const queue = new Queue(openChannelFile(path, { end: 0 }));
    const reader = start('reader.ts', [path, 'sync', '1']);
    await queue.write(messageOf(0));
    await reader.begun();
    reader.child.kill('SIGSTOP');
    await sleep(1500);
    reader.child.kill('SIGCONT');
    await queue.write(messageOf(1));
    for (let i = 0; i < HANG_MS / 10 && reader.lines.length < 2; i++) await sleep(10);
    assert.deepEqual(reader.lines, ['0', '1']);
    queue.close();
  });
});
