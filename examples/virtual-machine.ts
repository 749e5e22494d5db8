/**
 * A virtual machine, and this process as its host: a Linux guest, under QEMU's software emulation, has put two rings into its own RAM,
 * in pages that are all over the place. The host maps that RAM, and is the other end. What the guest runs is DPDK's ring code.
 *
 * In a clone only, on Linux and x64: what the guest is made of is in test/vm/. Says which Debian packages are missing.
 *
 *     npm run example examples/virtual-machine.ts
 *
 * On Ctrl-C the machine ends with this process, and leaves nothing behind.
 */
import { GuestMemory, openGpadlChannel, Queue } from 'vmbus-ring';
import { mapFile } from 'vmbus-ring/node';
import { PortSignal } from '../test/vm/machine/port-signal.ts';
import { prepareGuestImage } from '../test/vm/machine/guest-image.ts';
import { serveRequests } from '../test/vm/machine/requests.ts';
import { receivePackets, sendPackets } from '../test/vm/machine/traffic.ts';
import { type TaskReport, VirtualMachine } from '../test/vm/machine/virtual-machine.ts';

const RING_BYTES = 65536;
const PACKETS = 20_000;
const REQUESTS = 400;
const SEED = 2026;

function rates(packets: number, report: TaskReport): string {
  const seconds = report.microseconds / 1e6;
  const rate = Math.round(packets / seconds).toLocaleString('en');
  const doorbells = report.doorbellsRung + report.doorbellsHeard;
  return `${seconds.toFixed(2)} s, ${rate} packets a second, ${doorbells} doorbells`;
}

async function host(machine: VirtualMachine): Promise<void> {
  // The guest's RAM is a file that QEMU has open; an address in the guest is an offset in it.
  const ram = mapFile(machine.ramPath);
  const memory = GuestMemory.of(ram.bytes.buffer);
  const { pages, secondRingPage } = machine.gpadl;
  const signal = new PortSignal(machine.doorbell);
  const queue = new Queue(openGpadlChannel({ memory, pages, secondRingPage, side: 'host', signal }));

  const places = pages.map((page) => page.toString(16));
  console.log(`its rings are in ${pages.length} of its pages; that to the host in these:`);
  console.log(`  ${places.slice(0, secondRingPage).join(' ')}`);

  const [exchange] = await Promise.all([
    machine.ask('exchange'),
    receivePackets(queue, PACKETS, SEED).then(() => sendPackets(queue, PACKETS, SEED + 1)),
  ]);
  console.log(`${PACKETS} packets to the host, then as many back, every byte as it should be:`);
  console.log(`  ${rates(2 * PACKETS, exchange)}`);

  const [duplex] = await Promise.all([
    machine.ask('duplex'),
    receivePackets(queue, PACKETS, SEED + 2),
    sendPackets(queue, PACKETS, SEED + 3),
  ]);
  console.log(`the same, both ways at once:\n  ${rates(2 * PACKETS, duplex)}`);

  const [requests, served] = await Promise.all([machine.ask('requests'), serveRequests(queue, memory, REQUESTS)]);
  console.log(`${served.requests} GPA-direct requests, for which the host wrote into the guest's own pages:`);
  console.log(
    `  ${served.bytes.toLocaleString('en')} bytes in ${served.ranges} ranges; ${rates(2 * REQUESTS, requests)}`,
  );

  queue.close();
  ram.close();
}

console.log('a Linux guest boots, under software emulation');
const image = prepareGuestImage();
const began = performance.now();
const machine = await VirtualMachine.boot({ image, guest: { RING_BYTES, PACKETS, REQUESTS, SEED } });
try {
  console.log(
    `it is there after ${((performance.now() - began) / 1000).toFixed(1)} s (QEMU is process ${machine.pid})`,
  );
  await host(machine);
  console.log(`the guest stops: exit code ${await machine.end()}`);
} finally {
  await machine.close();
}
