// Processes that end in every way, and what those at the other end hear of it.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Queue } from '../../src/index.ts';
import { createChannelFile, openChannelFile } from '../../src/transport/node/index.ts';
import { TestFolder } from '../support/test-folder.ts';
import { Program } from './program.ts';

/** A look every 500 ms, and more for a machine that is busy. */
const LIMIT_MS = 3000;

const folder = new TestFolder();
const programs: Program[] = [];
let files = 0;
after(async () => {
  await Promise.all(programs.map((program) => program.kill()));
  folder.remove();
});

function created(): string {
  const path = folder.file(`channel-${files++}`);
  createChannelFile(path, { ringBytes: 4096 });
  return path;
}

function start(path: string, end: 0 | 1, what: string): Program {
  const program = new Program('holder.ts', [path, String(end), what], folder.file(`output-${programs.length}`));
  programs.push(program);
  return program;
}

describe('a process that is killed', () => {
  for (const what of ['waits', 'blocks', 'busy', 'idle']) {
    it(`while it ${what === 'busy' || what === 'idle' ? `is ${what}` : what}: its peer hears of it, and another one can have the end`, async () => {
      const path = created();
      const queue = new Queue(openChannelFile(path, { end: 0 }));
      const holder = start(path, 1, what);
      await holder.begun();
      assert.throws(() => openChannelFile(path, { end: 1 }), {
        code: 'InUse',
        message: new RegExp(`${holder.child.pid}`),
      });
      const read = queue.read({ timeoutMs: LIMIT_MS });
      read.catch(() => {});
      await holder.kill();
      await assert.rejects(read, { code: 'PeerDied' });
      openChannelFile(path, { end: 1 }).close();
      queue.close();
    });

    it(`while it ${what}: who blocks hears of it too`, async () => {
      const path = created();
      const queue = new Queue(openChannelFile(path, { end: 0 }));
      const holder = start(path, 1, what);
      await holder.begun();
      await holder.kill();
      assert.throws(() => queue.readSync(LIMIT_MS), { code: 'PeerDied' });
      queue.close();
    });
  }

  it('is noticed, however busy another channel of the same thread is', async () => {
    const [path, busyPath] = [created(), created()];
    const [queue, busy, peer] = [
      new Queue(openChannelFile(path, { end: 0 })),
      new Queue(openChannelFile(busyPath, { end: 0 })),
      new Queue(openChannelFile(busyPath, { end: 1 })),
    ];
    const holder = start(path, 1, 'idle');
    await holder.begun();
    const sending = setInterval(() => peer.tryWrite(Uint8Array.of(1)), 50);
    const receiving = (async (): Promise<void> => {
      for await (const packet of busy) packet.release();
    })();
    // It would look when its own time is over.
    const read = queue.read();
    const outcome = assert.rejects(read, { code: 'PeerDied' });
    await holder.kill();
    assert.equal(await Promise.race([outcome.then(() => 'noticed'), sleep(LIMIT_MS)]), 'noticed');
    clearInterval(sending);
    peer.close();
    await receiving;
    busy.close();
    queue.close();
  });

  it('leaves what it had sent', async () => {
    const path = created();
    const queue = new Queue(openChannelFile(path, { end: 0, outlivesPeer: true }));
    const writer = new Program('writer.ts', [path, 'async', '1'], folder.file('writer'));
    programs.push(writer);
    queue.close();
    await writer.begun();
    await sleep(100);
    await writer.kill();
    const reader = new Queue(openChannelFile(path, { end: 1 }));
    let packets = 0;
    await assert.rejects(
      async () => {
        for (; ; packets++) await reader.read({ timeoutMs: LIMIT_MS });
      },
      { code: 'PeerDied' },
    );
    assert.ok(packets > 0);
    reader.close();
  });
});

describe('a process that is not dead', () => {
  it('is not taken for one, however busy it is', async () => {
    const path = created();
    const queue = new Queue(openChannelFile(path, { end: 0 }));
    const holder = start(path, 1, 'busy');
    await holder.begun();
    await assert.rejects(queue.read({ timeoutMs: 1500 }), { code: 'TimedOut' });
    assert.equal(queue.inspect().peerState, 'open');
    await holder.kill();
    queue.close();
  });
});

describe('a process that ends by itself', () => {
  it('without closing its end: has died, and is heard of at once', async () => {
    const path = created();
    const queue = new Queue(openChannelFile(path, { end: 0 }));
    start(path, 1, 'exits');
    await assert.rejects(queue.read({ timeoutMs: 10_000 }), { code: 'PeerDied' });
    queue.close();
  });

  it('ends, after it has closed its end', async () => {
    const path = created();
    const queue = new Queue(openChannelFile(path, { end: 0 }));
    const holder = start(path, 1, 'closes');
    await assert.rejects(queue.read({ timeoutMs: 10_000 }), { code: 'PeerClosed' });
    assert.equal(await holder.end(), 0);
    queue.close();
  });
});

describe('a wait', () => {
  it('keeps its process alive', async () => {
    const holder = start(created(), 1, 'waits');
    await holder.begun();
    await sleep(1500);
    assert.ok(!holder.hasEnded);
    await holder.kill();
  });

  it('does not, where it is not to', async () => {
    const holder = start(created(), 1, 'unrefs');
    await holder.begun();
    // 13 is Node's for a top-level await that nothing will settle.
    assert.equal(await holder.end(), 13);
  });
});

describe('a thread that is terminated', () => {
  it('gives its end back', async () => {
    const path = created();
    const source = `
      import { workerData, parentPort } from 'node:worker_threads';
      const { openChannelFile } = await import(workerData.entry);
      globalThis.channel = openChannelFile(workerData.path, { end: 1 });
      parentPort.postMessage('open');
      setInterval(() => {}, 1000);`;
    const entry = new URL('../../src/transport/node/index.ts', import.meta.url).href;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      workerData: { path, entry },
    });
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    const queue = new Queue(openChannelFile(path, { end: 0 }));
    assert.throws(() => openChannelFile(path, { end: 1 }), { code: 'InUse' });
    const read = queue.read({ timeoutMs: LIMIT_MS });
    read.catch(() => {});
    await worker.terminate();
    await assert.rejects(read, { code: 'PeerDied' });
    openChannelFile(path, { end: 1 }).close();
    queue.close();
  });
});

describe('processes that come at the same time', () => {
  it('one of them gets the end, and all find the same file', async () => {
    for (let round = 0; round < 4; round++) {
      const path = folder.file(`race-${round}`);
      const all = Array.from({ length: 5 }, () => start(path, 0, 'idle'));
      await Promise.all(all.map((program) => program.begun()));
      const outcomes = all.map((program) => program.lines[0]!).toSorted((a, b) => a.localeCompare(b));
      assert.deepEqual(outcomes, ['InUse', 'InUse', 'InUse', 'InUse', 'open']);
      await Promise.all(all.map((program) => program.kill()));
    }
  });
});
