import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Crew, ROUTES } from '../../bench/threads/crew.ts';
import { WAYS } from '../../bench/threads/task.ts';
import { Messages } from '../../bench/jobs/work.ts';

/** Rings of 1 MiB wrap more than once. */
const MESSAGES = 1600;

describe('what the benchmark of threads measures', () => {
  const crew = new Crew();
  after(() => crew.end());

  for (const route of ROUTES) {
    for (const way of WAYS) {
      for (const batch of [1, 16]) {
        it(`${way}: moves messages from ${route}, ${batch} at a time`, async () => {
          for (const payloadBytes of [8, 4096]) {
            const ms = await crew.run(route, 'send', { way, payloadBytes, batch, count: MESSAGES, verify: true });
            assert.ok(ms > 0);
          }
        });
      }
      it(`${way}: moves messages there and back, ${route}`, async () => {
        const ms = await crew.run(route, 'ping', { way, payloadBytes: 256, batch: 1, count: 64, verify: true });
        assert.ok(ms > 0);
      });
    }
  }

  it('is found out where something else arrives', () => {
    const messages = new Messages(16);
    assert.throws(() => messages.check(new Messages(16).set(1).slice(), 2), /message 2 is not what was sent/);
    assert.doesNotThrow(() => messages.check(new Messages(16).set(2).slice(), 2));
  });
});
