import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { chooseSeed } from '../support/property.ts';
import { prepareGuestImage } from './machine/guest-image.ts';
import { type HostEnd, openHostEnd } from './machine/host-end.ts';
import { serveRequests } from './machine/requests.ts';
import { receivePackets, sendPackets } from './machine/traffic.ts';
import { type TaskReport, VirtualMachine } from './machine/virtual-machine.ts';

const RING_BYTES = 65536;
const PACKETS = 20_000;
const REQUESTS = 400;

function diagnose(t: TestContext, report: TaskReport, packets: number): void {
  const seconds = report.microseconds / 1e6;
  t.diagnostic(
    `${packets} packets in ${seconds.toFixed(2)} s, ${Math.round(packets / seconds)} a second; ` +
      `doorbells: ${report.doorbellsRung} by the guest, ${report.doorbellsHeard} by the host`,
  );
}

describe('a guest under QEMU, its RAM a file', { timeout: 120_000 }, () => {
  const seed = chooseSeed();
  let machine: VirtualMachine;
  let host: HostEnd;

  before(async () => {
    const guest = { RING_BYTES, PACKETS, REQUESTS, SEED: seed };
    machine = await VirtualMachine.boot({ image: prepareGuestImage(), guest });
    host = openHostEnd(machine);
  });

  after(async () => {
    // Where it did not boot there is neither.
    host?.close();
    await machine?.close();
  });

  it('has its rings in pages that are all over the place', (t) => {
    t.diagnostic(`replay with VMBUS_RING_SEED=${seed}`);
    const { pages, secondRingPage } = machine.gpadl;
    assert.equal(secondRingPage, 1 + RING_BYTES / 4096);
    assert.equal(pages.length, 2 * secondRingPage);
    const neighbours = pages.filter((page, i) => page === (pages[i - 1] ?? -2n) + 1n);
    assert.ok(neighbours.length < pages.length / 4, `${neighbours.length} of ${pages.length} pages follow another one`);
  });

  it(`sends ${PACKETS} packets, and takes as many`, async (t) => {
    const ours = async (): Promise<void> => {
      await receivePackets(host.queue, PACKETS, seed);
      await sendPackets(host.queue, PACKETS, seed + 1);
    };
    const [report] = await Promise.all([machine.ask('exchange'), ours()]);
    diagnose(t, report, 2 * PACKETS);
    assert.ok(report.doorbellsRung > 0);
    assert.ok(report.doorbellsHeard > 0);
    assert.equal(host.signal.heard, report.doorbellsRung);
  });

  it('keeps its pages in place while memory is compacted', async () => {
    await machine.ask('compact');
  });

  it(`does both at once, ${PACKETS} packets each way`, async (t) => {
    const [report] = await Promise.all([
      machine.ask('duplex'),
      receivePackets(host.queue, PACKETS, seed + 2),
      sendPackets(host.queue, PACKETS, seed + 3),
    ]);
    diagnose(t, report, 2 * PACKETS);
    assert.ok(report.doorbellsRung > 0);
    assert.ok(report.doorbellsHeard > 0);
  });

  it(`has ${REQUESTS} GPA-direct requests served, in its own pages`, async (t) => {
    const [report, served] = await Promise.all([
      machine.ask('requests'),
      serveRequests(host.queue, host.memory, REQUESTS),
    ]);
    diagnose(t, report, 2 * REQUESTS);
    t.diagnostic(`${served.bytes} bytes in ${served.ranges} ranges`);
    assert.equal(served.requests, REQUESTS);
    assert.ok(served.ranges > REQUESTS);
  });

  it('leaves both rings empty, and looked for room only when it was told to', () => {
    const { incoming, outgoing, polls } = host.queue.inspect();
    assert.equal(incoming.filledBytes, 0);
    assert.equal(outgoing.filledBytes, 0);
    assert.equal(incoming.packets, 2 * PACKETS + REQUESTS);
    assert.equal(outgoing.packets, 2 * PACKETS + REQUESTS);
    assert.equal(polls, 0);
  });

  it('ends by itself', async () => {
    assert.equal(await machine.end(), 0);
    await assert.rejects(host.queue.read(), { code: 'PeerDied' });
  });
});
