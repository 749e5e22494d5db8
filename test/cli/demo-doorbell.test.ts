import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Doorbell, DOORBELL_BYTES } from '../../src/cli/demo/doorbell.ts';
import { answerRings } from './demo-rings.ts';

const HANG_MS = 60_000;

describe('the doorbell', () => {
  it('wakes who sleeps on it, each way', async () => {
    const memory = new SharedArrayBuffer(DOORBELL_BYTES);
    const worker = new Worker(new URL('./demo-doorbell-worker.ts', import.meta.url), { workerData: memory });
    try {
      const guest = new Doorbell(memory, 'guest');
      const signal = AbortSignal.timeout(HANG_MS);
      const ended = once(worker, 'message', { signal });
      guest.ring();
      const endings = answerRings(guest);
      const [others] = (await ended) as [readonly string[]];
      // Woken, or rung before the sleep began, which is as good.
      const all = new Set([...endings, ...others]);
      assert.ok(!all.has('timed-out'));
      assert.ok(all.has('ok'), 'nobody was ever woken out of a sleep');
    } finally {
      await worker.terminate();
    }
  });
});
