import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announceSeed } from '../support/property.ts';
import { prepareGuestImage } from './machine/guest-image.ts';
import { openHostEnd } from './machine/host-end.ts';
import { serveRequests } from './machine/requests.ts';
import { receivePackets, sendPackets } from './machine/traffic.ts';
import { VirtualMachine } from './machine/virtual-machine.ts';

const PACKETS = 20_000;
const REQUESTS = 50;

/** Nearly every packet makes a side sleep, and wakes the other one: what loses a signal now and then does it here. */
test('a guest whose RAM is a memfd, with rings of one page', { timeout: 180_000 }, async (t) => {
  const seed = announceSeed(t);
  const guest = { RING_BYTES: 4096, PACKETS, REQUESTS, SEED: seed };
  const machine = await VirtualMachine.boot({ image: prepareGuestImage(), ram: 'memfd', guest });
  try {
    const host = openHostEnd(machine);
    await Promise.all([
      machine.ask('exchange'),
      receivePackets(host.queue, PACKETS, seed).then(() => sendPackets(host.queue, PACKETS, seed + 1)),
    ]);
    await Promise.all([
      machine.ask('duplex'),
      receivePackets(host.queue, PACKETS, seed + 2),
      sendPackets(host.queue, PACKETS, seed + 3),
    ]);
    const [, served] = await Promise.all([machine.ask('requests'), serveRequests(host.queue, host.memory, REQUESTS)]);
    assert.equal(served.requests, REQUESTS);
    assert.ok(host.queue.inspect().stalls > 0, 'a ring of one page is full now and then');
    assert.equal(host.queue.inspect().polls, 0);
    assert.equal(await machine.end(), 0);
    host.close();
  } finally {
    await machine.close();
  }
});
