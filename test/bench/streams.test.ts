import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createChannelPair } from '../../src/index.ts';
import { Messages } from '../../bench/jobs/work.ts';
import { Arrivals } from '../../bench/streams/arrivals.ts';
import { runSide } from '../../bench/streams/run-side.ts';
import { WAYS } from '../../bench/streams/task.ts';
import { ROUTES, ThreadPair } from '../../bench/streams/thread-pair.ts';

/** Rings of 1 MiB wrap. */
const CHUNKS = 160;

describe('what the benchmark of streams measures', () => {
  const pair = new ThreadPair();
  after(() => pair.end());

  for (const route of ROUTES) {
    for (const way of WAYS) {
      it(`${way}: moves chunks from ${route}`, async () => {
        for (const payloadBytes of [16 << 10, 64 << 10]) {
          assert.ok((await pair.run(route, { way, payloadBytes, batch: 1, count: CHUNKS, verify: true })) > 0);
        }
      });
    }
  }
});

describe('the benchmark of streams is found out', () => {
  const work = { job: 'receive', payloadBytes: 16, batch: 1, count: 3, verify: true } as const;
  const sent = [0, 1, 2].flatMap((i) => [...new Messages(16).set(i)]);

  for (const pieceBytes of [1, 5, 16, 20, 48]) {
    it(`but not by pieces of ${pieceBytes} bytes`, () => {
      const arrivals = new Arrivals(work);
      for (let at = 0; at < sent.length; at += pieceBytes) {
        arrivals.take(Uint8Array.from(sent.slice(at, at + pieceBytes)));
      }
      arrivals.end();
    });
  }

  it('where other bytes come', () => {
    const bytes = Uint8Array.from(sent);
    bytes[40]! ^= 1;
    assert.throws(() => new Arrivals(work).take(bytes), /message 2 is not what was sent/);
  });

  it('where bytes are missing, verified or not', async () => {
    for (const verify of [true, false]) {
      const [ours, theirs] = createChannelPair({ ringBytes: 65_536 });
      const task = { ...work, way: 'byte pipe', verify } as const;
      const sides = [
        runSide({ ...task, job: 'send', count: 2, link: ours }, () => {}),
        runSide({ ...task, link: theirs }, () => {}),
      ];
      await assert.rejects(Promise.all(sides), /32 of 48 bytes came/);
    }
  });
});
