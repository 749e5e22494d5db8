import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { EndpointCounts } from '../../src/cli/demo/endpoint.ts';
import { createMachine, openGuestMemory } from '../../src/cli/demo/machine.ts';
import { openEndpoint, SLEEP_TIMEOUT_MS } from '../../src/cli/demo/open-endpoint.ts';
import { chooseSeed } from '../support/property.ts';
import { Collector, type EchoConfig } from './demo-echo.ts';

const HANG_MS = 60_000;
const SMALLEST = { ringBytes: 4096, inFlight: 1, requestBytes: 4096 };

const SEED = chooseSeed();

interface EchoRun {
  readonly guest: EndpointCounts;
  readonly host: EndpointCounts;
}

/** Sends packets to a worker on the smallest rings and gets them back. */
async function runEcho(
  config: Omit<EchoConfig, 'channel'>,
  begin: (collector: Collector) => void = () => {},
): Promise<EchoRun> {
  const { channel } = createMachine(SMALLEST);
  const workerData: EchoConfig = { channel, ...config };
  const worker = new Worker(new URL('./demo-echo-worker.ts', import.meta.url), { workerData });
  const signal = AbortSignal.timeout(HANG_MS);
  try {
    const guest = openEndpoint(channel, openGuestMemory(channel), 'guest', SLEEP_TIMEOUT_MS);
    assert.deepEqual(await once(worker, 'message', { signal }), ['open']);
    const ended = once(worker, 'message', { signal });
    // It fails as well when the collector does, and then nobody waits for it.
    ended.catch(() => {});
    const collector = new Collector(guest, config.packets, config.seed + 1);
    begin(collector);
    collector.run();
    const [host] = (await ended) as [EndpointCounts];
    return { guest: guest.counts, host };
  } finally {
    await worker.terminate();
  }
}

describe('two endpoints on the smallest rings', () => {
  it('lose no wake-up, and no byte', async (t) => {
    t.diagnostic(`replay with VMBUS_RING_SEED=${SEED}`);
    let sleeps = 0;
    for (let round = 0; round < 5; round++) {
      const packets = 6000;
      const { guest, host } = await runEcho({ seed: SEED + round * 2, packets, waitForFull: false });
      assert.equal(guest.lostWakeUps + host.lostWakeUps, 0, `round ${round}`);
      assert.equal(guest.packetsReceived, packets);
      assert.equal(host.packetsReceived, packets);
      sleeps += guest.sleeps + guest.sleepsForRoom + host.sleeps + host.sleepsForRoom;
    }
    assert.ok(sleeps > 0, 'nobody ever slept');
  });

  it('wake each other where the guest waits for room', async (t) => {
    t.diagnostic(`replay with VMBUS_RING_SEED=${SEED}`);
    // The worker does nothing before the guest has filled the ring and asked to be woken.
    const { guest, host } = await runEcho({ seed: SEED, packets: 500, waitForFull: true });
    assert.ok(guest.sleepsForRoom > 0);
    assert.equal(guest.lostWakeUps + host.lostWakeUps, 0);
  });

  it('wake each other where the host waits for room', async (t) => {
    t.diagnostic(`replay with VMBUS_RING_SEED=${SEED}`);
    const config = { seed: SEED, packets: 500, waitForFull: false };
    const { guest, host } = await runEcho(config, (collector) => collector.sendUntilPeerIsFull());
    assert.ok(host.sleepsForRoom > 0);
    assert.equal(guest.lostWakeUps + host.lostWakeUps, 0);
  });
});
