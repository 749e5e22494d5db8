import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { DpdkProcess } from '../../bench/dpdk/dpdk-process.ts';
import { byteRingStorage, openByteRing } from '../../bench/jobs/byte-ring.ts';
import { pipeJob } from '../../bench/jobs/pipe-job.ts';
import { blockingQueueJob } from '../../bench/jobs/queue-job.ts';
import { ringJob } from '../../bench/jobs/ring-job.ts';
import { Messages, type Work } from '../../bench/jobs/work.ts';
import { Crew } from '../../bench/threads/crew.ts';
import { runDpdk } from '../../bench/threads/dpdk-run.ts';
import { postMessageJob } from '../../bench/threads/post-message-job.ts';
import { ringbufJob } from '../../bench/threads/ringbuf-job.ts';
import { WAYS } from '../../bench/threads/task.ts';
import { type Channel, createChannelPair, MessagePipe, openChannel, Queue } from '../../src/index.ts';
import { withDpdk } from './with-dpdk.ts';

/** Rings of 1 MiB wrap more than once with those of 4096 bytes. */
const MESSAGES = 1600;

describe('what the benchmark of threads measures', () => {
  const crew = new Crew();
  after(() => crew.end());

  for (const way of WAYS) {
    for (const batch of [1, 16]) {
      it(`${way}: moves messages, ${batch} at a time`, async () => {
        for (const payloadBytes of [8, 40, 4096]) {
          const ms = await crew.run('send', { way, payloadBytes, batch, count: MESSAGES, verify: true });
          assert.ok(ms > 0);
        }
      });
    }
    it(`${way}: moves messages there and back`, async () => {
      const ms = await crew.run('ping', { way, payloadBytes: 256, batch: 1, count: 64, verify: true });
      assert.ok(ms > 0);
    });
  }
});

withDpdk('DPDK as a rival of threads', () => {
  it('moves messages, and there and back', async () => {
    const dpdk = new DpdkProcess();
    try {
      const work = { payloadBytes: 4096, batch: 1, count: MESSAGES };
      await runDpdk(dpdk, 'send', { ...work, verify: true });
      assert.ok((await runDpdk(dpdk, 'send', { ...work, verify: false })) > 0);
      assert.ok((await runDpdk(dpdk, 'ping', { ...work, payloadBytes: 8, count: 64, verify: true })) > 0);
    } finally {
      await dpdk.end();
    }
  });
});

describe('the jobs of the benchmark of threads', () => {
  const receive: Work = { job: 'receive', payloadBytes: 16, batch: 1, count: 1, verify: true };
  const wrong = new Messages(16).set(1);
  const isFoundOut = /message 0 is not what was sent/;

  it('find out where something else arrives than what was sent', () => {
    const messages = new Messages(16);
    assert.throws(() => messages.check(new Messages(16).set(1).slice(), 2), /message 2 is not what was sent/);
    assert.doesNotThrow(() => messages.check(new Messages(16).set(2).slice(), 2));
  });

  const withChannels = (use: (ours: Channel, theirs: Channel) => void): void => {
    const [ours, theirs] = createChannelPair({ ringBytes: 4096 }).map((handle) => openChannel(handle));
    try {
      use(ours!, theirs!);
    } finally {
      ours!.close();
      theirs!.close();
    }
  };
  for (const [name, job, send] of [
    ['a ring', (channel) => ringJob(receive, channel, 50), (channel) => new Queue(channel).writeSync(wrong)],
    ['a queue', (channel) => blockingQueueJob(receive, channel), (channel) => new Queue(channel).writeSync(wrong)],
    ['a pipe', (channel) => pipeJob(receive, channel), (channel) => new MessagePipe(channel).sendSync(wrong)],
  ] as const satisfies [string, (channel: Channel) => void, (channel: Channel) => void][]) {
    it(`find it out through ${name}`, () => {
      withChannels((ours, theirs) => {
        send(theirs);
        assert.throws(() => job(ours), isFoundOut);
      });
    });

    it(`end where the other end of ${name} is closed`, () => {
      withChannels((ours, theirs) => {
        theirs.close();
        assert.throws(() => job(ours), { code: 'PeerClosed' });
      });
    });
  }

  it('find it out through ringbuf.js', () => {
    const [incoming, outgoing] = [byteRingStorage(64), byteRingStorage(64)];
    openByteRing(incoming).push(wrong);
    assert.throws(() => ringbufJob(receive, { incoming, outgoing }), isFoundOut);
  });

  it('find it out through postMessage', async () => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(wrong, []);
    await assert.rejects(postMessageJob(receive, port2, false), isFoundOut);
    port1.close();
  });

  it('sleep in a ring that is full, and go on when there is room', async () => {
    const crew = new Crew();
    // Many more than fit: whoever is faster has to wait for the other one, again and again.
    await crew.run('send', { way: 'ring', payloadBytes: 4096, batch: 1, count: 20_000, verify: true });
    await crew.end();
  });
});

describe('a process that is bound to one processor', () => {
  it('has one, and so have its threads', async () => {
    const pin = new URL('../../bench/threads/pin.ts', import.meta.url).href;
    const program = `
      import { once } from 'node:events';
      import { readdirSync, readFileSync } from 'node:fs';
      import { Worker } from 'node:worker_threads';
      import { pinToOneProcessor } from '${pin}';
      pinToOneProcessor();
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
      await once(worker, 'online');
      for (const thread of readdirSync('/proc/self/task')) {
        const status = readFileSync('/proc/self/task/' + thread + '/status', 'utf8');
        console.log(/^Cpus_allowed_list:(.*)$/m.exec(status)[1].trim());
      }
      await worker.terminate();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    const lists = stdout.trim().split('\n');
    assert.ok(lists.length > 2);
    assert.match(lists[0]!, /^\d+$/);
    assert.equal(new Set(lists).size, 1);
  });
});
