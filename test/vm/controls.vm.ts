import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VmbusRingError } from 'vmbus-ring';
import { prepareGuestImage } from './machine/guest-image.ts';
import { openHostEnd } from './machine/host-end.ts';
import type { RamKind } from './machine/qemu.ts';
import { ContentError, receivePackets, sendPackets } from './machine/traffic.ts';
import { type Gpadl, VirtualMachine } from './machine/virtual-machine.ts';

const SEED = 5;
const PACKETS = 1000;

/** How long a host waits for packets that cannot come. */
const SILENCE_MS = 1500;

async function withMachine(ram: RamKind, run: (machine: VirtualMachine) => Promise<void>): Promise<void> {
  const guest = { RING_BYTES: 65536, PACKETS, REQUESTS: 0, SEED };
  const machine = await VirtualMachine.boot({ image: prepareGuestImage(), ram, guest });
  try {
    await run(machine);
  } finally {
    await machine.close();
  }
}

/** The list with the pages at two of its indices in each other's place. */
function swapped({ pages, secondRingPage }: Gpadl, a: number, b: number): Gpadl {
  const list = [...pages];
  list[a] = pages[b]!;
  list[b] = pages[a]!;
  return { pages: list, secondRingPage };
}

/** What must go wrong, where something is wrong: if these pass, the others prove nothing. */
describe('controls that must fail', { timeout: 120_000, concurrency: 1 }, () => {
  it('two pages of the ring to the host are swapped: the first packet is bad', async () => {
    await withMachine('file', async (machine) => {
      const host = openHostEnd(machine, swapped(machine.gpadl, 1, 2));
      const asked = machine.ask('exchange');
      const isBad = (error: unknown): boolean => error instanceof VmbusRingError || error instanceof ContentError;
      await assert.rejects(receivePackets(host.queue, PACKETS, SEED), isBad);
      assert.ok(host.queue.inspect().incoming.packets <= 1);
      host.close();
      await machine.close();
      await assert.rejects(asked, /has ended: SIGKILL/);
    });
  });

  it('two pages of the ring to the guest are swapped: the guest finds a bad packet', async () => {
    await withMachine('file', async (machine) => {
      const second = machine.gpadl.secondRingPage;
      const host = openHostEnd(machine, swapped(machine.gpadl, second + 1, second + 2));
      const asked = machine.ask('exchange');
      const isSaid = assert.rejects(asked, /: failed (packet 0 |DPDK says: .*invalid|receiving: )/);
      await receivePackets(host.queue, PACKETS, SEED);
      // It may notice that the guest is gone, or be done before.
      await sendPackets(host.queue, PACKETS, SEED + 1).catch(() => {});
      await isSaid;
      host.close();
    });
  });

  it('the RAM is not shared: doorbells ring, and nothing is ever there', async () => {
    await withMachine('private', async (machine) => {
      const host = openHostEnd(machine);
      const asked = machine.ask('exchange');
      const began = performance.now();
      await assert.rejects(host.queue.read({ timeoutMs: SILENCE_MS }), { name: 'ChannelError', code: 'TimedOut' });
      assert.ok(performance.now() - began < 10 * SILENCE_MS);
      assert.ok(host.signal.heard > 0);
      const { incoming } = host.queue.inspect();
      assert.equal(incoming.control.in, 0);
      assert.equal(incoming.filledBytes, 0);
      host.close();
      await machine.close();
      await assert.rejects(asked, /has ended: SIGKILL/);
    });
  });
});
