import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openGuestMemory } from '../../src/cli/demo/machine.ts';
import { openEndpoint, SLEEP_TIMEOUT_MS } from '../../src/cli/demo/open-endpoint.ts';
import { echo, type EchoConfig } from './demo-echo.ts';

const { channel, seed, packets, waitForFull } = workerData as EchoConfig;
const endpoint = openEndpoint(channel, openGuestMemory(channel), 'host', SLEEP_TIMEOUT_MS);
parentPort!.postMessage('open');
if (waitForFull) {
  while (endpoint.incoming.inspect().control.pendingSendSize === 0) await sleep(1);
  // It has said so, and goes to sleep now.
  await sleep(20);
}
echo(endpoint, packets, seed);
parentPort!.postMessage(endpoint.counts);
