import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { DpdkProcess } from '../../bench/dpdk/dpdk-process.ts';
import { withDpdk } from './with-dpdk.ts';

/** Rings of 64 KiB wrap with each of them. */
const COUNT = 5000;
const RING_BYTES = 65_536;

withDpdk("DPDK's ring code, as benchmarks measure it", () => {
  describe("DPDK's ring code, as benchmarks measure it", () => {
    const dpdk = new DpdkProcess();
    after(() => dpdk.end());

    for (const payloadBytes of [8, 41, 256, 4096]) {
      const task = { ringBytes: RING_BYTES, payloadBytes, count: COUNT };

      it(`moves ${payloadBytes} bytes within one thread`, async () => {
        await dpdk.verifyExchange(task);
        assert.ok((await dpdk.exchange(task)) > 0);
      });

      it(`is found out where ${payloadBytes} bytes arrive spoiled within one thread`, async () => {
        for (const spoiled of [0, COUNT - 1]) {
          await assert.rejects(dpdk.verifyExchange(task, spoiled), /what arrived is not what was sent/);
        }
      });
    }

    for (const payloadBytes of [8, 256, 4096]) {
      const task = { ringBytes: RING_BYTES, payloadBytes, count: COUNT };

      it(`moves ${payloadBytes} bytes from one thread to another`, async () => {
        await dpdk.verifyStream(task);
        assert.ok((await dpdk.stream(task)) > 0);
      });

      it(`is found out where ${payloadBytes} bytes arrive spoiled in another thread`, async () => {
        await assert.rejects(dpdk.verifyStream(task, COUNT - 1), /what arrived is not what was sent/);
      });
    }

    it('moves the largest payload that there is', () =>
      dpdk.verifyExchange({ ringBytes: 1 << 20, payloadBytes: 524_264, count: 10 }));

    it('moves 8 bytes there and back', async () => {
      assert.ok((await dpdk.pingPong({ ringBytes: 4096, count: 500 })) > 0);
    });

    it('answers in order', async () => {
      const questions = ['verify 4096 8 10', 'nonsense', 'exchange 4096 8 0', 'verify 4096 8 10'];
      const answers = await Promise.allSettled(questions.map((question) => dpdk.ask(question)));
      assert.deepEqual(
        answers.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
      );
    });

    for (const [question, why] of [
      ['', /no such question/],
      ['exchange', /not its arguments/],
      ['exchange 4096 8 10 3', /not its arguments/],
      ['exchange 4096 -8 10', /PAYLOADBYTES must be/],
      ['exchange 4096 524265 10', /PAYLOADBYTES must be/],
      ['exchange 5000 8 10', /RINGBYTES must be/],
      ['exchange 4096 4072 10', /no such packet fits/],
      ['stream 4096 9 10', /PAYLOADBYTES must be/],
      ['verify 4096 8 many', /COUNT must be/],
      ['verify 4096 8 10 x', /SPOILED must be/],
    ] as const) {
      it(`refuses '${question}'`, () => assert.rejects(dpdk.ask(question), why));
    }
  });

  describe("the process of DPDK's ring code", () => {
    const endless = { ringBytes: 4096, payloadBytes: 8, count: 1 << 30 };

    it('is gone in the end', async () => {
      const dpdk = new DpdkProcess();
      await dpdk.verifyExchange({ ...endless, count: 10 });
      await dpdk.end();
      assert.throws(() => process.kill(dpdk.pid!, 0), { code: 'ESRCH' });
      await assert.rejects(dpdk.exchange({ ...endless, count: 1 }), /does not run/);
      await dpdk.end();
    });

    it('is killed at work', async () => {
      const dpdk = new DpdkProcess();
      const working = assert.rejects(dpdk.stream(endless), /it ended \(SIGKILL\)/);
      dpdk[Symbol.dispose]();
      await working;
      await dpdk.end();
      assert.throws(() => process.kill(dpdk.pid!, 0), { code: 'ESRCH' });
    });
  });
});
