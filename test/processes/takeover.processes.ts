// A process at one end of a channel is killed at any moment, again and again; the next one goes on where it was.
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from '../../src/index.ts';
import { createChannelFile, openChannelFile } from '../../src/transport/node/index.ts';
import { announceSeed, scaleRuns } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { TestFolder } from '../support/test-folder.ts';
import { Program } from './program.ts';
import { messageOf, numberOf } from './programs/messages.ts';

const KILLS = 12;
const LONGEST_LIFE_MS = 60;

/** A wait that takes longer was not woken; it also has to wait for the next process to start. */
const PATIENCE_MS = 30_000;

const WAYS = [
  { way: 'sync', batch: 1, ringBytes: 4096 },
  { way: 'sync', batch: 16, ringBytes: 65536 },
  { way: 'async', batch: 1, ringBytes: 65536 },
  { way: 'async', batch: 16, ringBytes: 4096 },
] as const;

const folder = new TestFolder();
after(() => folder.remove());

for (const { way, batch, ringBytes } of WAYS) {
  const name = `${way}, ${batch} at a time, a ring of ${ringBytes} bytes`;
  const args = [way, String(batch)];

  it(`writers that are killed lose nothing and double nothing: ${name}`, { timeout: 300_000 }, async (t) => {
    const random = seeded(t);
    const path = folder.file(`writers-${way}-${batch}`);
    createChannelFile(path, { ringBytes });
    const queue = new Queue(openChannelFile(path, { end: 1, outlivesPeer: true }));
    let expected = 0;
    for (let kill = 0; kill < scaleRuns(KILLS); kill++) {
      const writer = new Program('writer.ts', [path, ...args], folder.file(`output-${kill}`));
      const ended = new AbortController();
      const killed = killLater(writer, random.below(LONGEST_LIFE_MS)).finally(() => ended.abort());
      // Once it is killed, what it has published is all that comes.
      for (;;) {
        const isLast = ended.signal.aborted;
        const reads = queue.tryReadBatch();
        if (reads !== null) {
          for (const packet of reads) assert.equal(numberOf(packet.readAll()), expected++);
          reads.commit();
        } else if (isLast) {
          break;
        } else {
          await queue.reader.waitReady({ timeoutMs: PATIENCE_MS, signal: ended.signal }).catch(onlyAbort);
        }
      }
      await killed;
      assert.ok(Number(writer.lines[0]) <= expected);
    }
    assert.ok(expected > KILLS, `only ${expected} messages came`);
    t.diagnostic(`${expected} messages`);
    queue.close();
  });

  it(
    `readers that are killed get again what they had not given back, and nothing is skipped: ${name}`,
    { timeout: 300_000 },
    async (t) => {
      const random = seeded(t);
      const path = folder.file(`readers-${way}-${batch}`);
      createChannelFile(path, { ringBytes });
      const queue = new Queue(openChannelFile(path, { end: 0, outlivesPeer: true }));
      const stop = new AbortController();
      const writing = (async (): Promise<void> => {
        for (let number = 0; !stop.signal.aborted; number++) {
          await queue.write(messageOf(number), { signal: stop.signal, timeoutMs: PATIENCE_MS });
          if (number % 64 === 0) await sleep(0);
        }
      })();
      writing.catch(() => {});
      let next = 0;
      let again = 0;
      for (let kill = 0; kill < scaleRuns(KILLS); kill++) {
        const reader = new Program('reader.ts', [path, ...args], folder.file(`output-${kill}`));
        await Promise.race([killLater(reader, random.below(LONGEST_LIFE_MS)), writing]);
        const numbers = reader.lines.map(Number);
        const first = numbers[0]!;
        assert.ok(first <= next && first >= next - batch, `after ${next - 1} comes ${first}`);
        again += next - first;
        assert.deepEqual(
          numbers,
          Array.from(numbers, (_, i) => first + i),
        );
        next = first + numbers.length;
      }
      stop.abort();
      await assert.rejects(writing, { name: 'AbortError' });
      assert.ok(next > KILLS, `only ${next} messages came`);
      t.diagnostic(`${next} messages, ${again} of them twice`);
      queue.close();
    },
  );
}

async function killLater(program: Program, ms: number): Promise<void> {
  try {
    await program.begun();
    await sleep(ms);
  } finally {
    await program.kill();
  }
}

function onlyAbort(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error;
}

function seeded(t: { diagnostic(message: string): void }): Xorshift {
  const seed = announceSeed(t);
  return new Xorshift(seed);
}
