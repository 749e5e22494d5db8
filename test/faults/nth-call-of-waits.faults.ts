// What a thread needs to wait at channels in files, it makes with its first wait, and gives up when buffers are collected: all of that
// may find no memory.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { after, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Queue } from '../../src/index.ts';
import { nativeCalls, setNativeCalls } from '../../src/transport/node/ffi/native-calls.ts';
import { createSealedChannelFile, mapFile, openChannelFile } from '../../src/transport/node/index.ts';
import { collectAll, mappingsOf } from '../support/process-state.ts';
import { TestFolder } from '../support/test-folder.ts';
import { FailingCalls } from './failing-calls.ts';
import type { FirstWaitReport, FirstWaitTask } from './programs/first-wait.ts';

/** More than there are. */
const MAXIMUM_CALLS = 60;

const folder = new TestFolder();
after(() => folder.remove());

/** Rejects with whatever the worker did not catch. */
async function firstWait(task: FirstWaitTask): Promise<FirstWaitReport> {
  // All of these threads may sleep in the pool: there is one of them at a time.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1024' };
  const worker = new Worker(new URL('programs/first-wait.ts', import.meta.url), { workerData: task, env });
  const [report] = (await once(worker, 'message')) as [FirstWaitReport];
  await worker.terminate();
  return report;
}

it('the first wait of a thread fails or not by each of its system calls, and the next one works', async (t) => {
  let [failures, attempts] = [0, 0];
  const names: string[] = [];
  for (let isOver = false; !isOver;) {
    const at = names.length;
    assert.ok(at < MAXIMUM_CALLS, 'it does not come to an end');
    for (const forGood of [false, true]) {
      const { made, outcomes } = await firstWait({ at, forGood });
      // It fails none: there is no such call.
      isOver = made.length <= at;
      if (isOver) break;
      names[at] = made[at]!;
      assert.ok(outcomes[0] === 'read' || outcomes[0] === 'SystemError', `call ${at}, ${made[at]}: ${outcomes[0]}`);
      assert.ok(outcomes.slice(1).every((outcome) => outcome === 'read'));
      if (outcomes[0] !== 'read') failures++;
      attempts++;
    }
  }
  assert.ok(failures > 0);
  t.diagnostic(`${names.length} calls (${names.join(' ')}); ${failures} of ${attempts} failures were errors`);
});

it('a mapping whose buffer is collected while there is no memory goes later', async () => {
  const calls = new FailingCalls();
  const path = folder.file('collected');
  writeFileSync(path, new Uint8Array(1 << 20));
  for (let i = 0; i < 8; i++) mapFile(path).bytes[i] = 1;
  const closed = mapFile(path);
  calls.begin({ at: 0, errno: 'ENOMEM', forGood: true });
  assert.throws(() => closed.close(), { name: 'MappedFileError', errno: 'ENOMEM' });
  await collectAll();
  calls.end();
  assert.ok(calls.made.length >= 8, `${calls.made.length} calls`);
  assert.ok(mappingsOf(path).length > 0, 'they are still there');
  closed.close();
  mapFile(path).close();
  await collectAll();
  assert.deepEqual(mappingsOf(path), []);
  rmSync(path);
});

it('a wait whose sleeps all fail at once looks by time, and takes no processor', async () => {
  let sleeps = 0;
  const syscallAsync = (): Promise<number> => {
    sleeps++;
    return new Promise((resolve) => setImmediate(resolve, -1));
  };
  setNativeCalls({ ...nativeCalls(), syscallAsync });
  const file = createSealedChannelFile({ ringBytes: 4096 });
  const [reader, writer] = [0, 1].map((end) => new Queue(openChannelFile(file.path, { end: end as 0 | 1 })));
  await assert.rejects(reader!.read({ timeoutMs: 200 }), { code: 'TimedOut' });
  assert.ok(sleeps > 0 && sleeps < 100, `${sleeps} sleeps`);
  const reading = reader!.read({ timeoutMs: 10_000 });
  setTimeout(() => writer!.tryWrite(Uint8Array.of(7)), 50);
  assert.equal((await reading).readAll()[0], 7);
  reader!.close();
  writer!.close();
  file.close();
});
