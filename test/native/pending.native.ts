// A writer that waits for room: what it leaves in the ring, and what our reader makes of it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IncomingRing } from '../../src/index.ts';
import { drawContractPackets } from '../support/contract.ts';
import { announceSeed } from '../support/property.ts';
import { Pace } from './pace.ts';
import { PeerProcess } from './peer-process.ts';
import { RingFile } from './ring-file.ts';
import { readSetup } from './setup.ts';
import { checkPacket } from './traffic.ts';

/** Far more than fit in the rings here. */
const PACKET_COUNT = 2000;

/** A writer that published nothing for so long has no room. */
const STILL_MS = 100;

/** Waits until the peer has filled the ring and publishes nothing more. */
async function waitUntilFull(file: RingFile, peer: PeerProcess): Promise<void> {
  const pace = new Pace(peer);
  let seen = 0;
  for (let since = performance.now(); seen === 0 || performance.now() - since < STILL_MS;) {
    const now = Atomics.load(file.control, 0);
    if (now !== seen) since = performance.now();
    seen = now;
    await pace.wait('the ring is not full');
  }
}

/** Bytes that the writer may write, by the words of the control page. */
function freeBytes(file: RingFile): number {
  const [writeAt, readAt] = file.control;
  const usedBytes = (file.ringBytes + writeAt! - readAt!) % file.ringBytes;
  return file.ringBytes - 8 - usedBytes;
}

for (const kib of [4, 16, 64]) {
  describe(`a peer that has filled a ring of ${kib} KiB`, () => {
    it('asks for nothing, or for room that there is not; and we signal once there is', async (t) => {
      const seed = announceSeed(t);
      const file = new RingFile(t, kib * 1024);
      const peer = new PeerProcess(t, ['produce', ...file.args, String(PACKET_COUNT), String(seed)]);
      await waitUntilFull(file, peer);
      // While it stands still, nothing but what we do changes the ring.
      peer.signal('SIGSTOP');
      const pending = file.control[3]!;
      const wanted = pending - (pending % 8);
      t.diagnostic(`pending send size ${pending}, feature bits ${file.control[16]}, ${freeBytes(file)} bytes free`);
      const ring = new IncomingRing(file.memory);
      if (readSetup().isDpdk) assert.deepEqual([pending, file.control[16]], [0, 0], 'DPDK asks for nothing');
      if (pending !== 0) assert.ok(ring.supportsPendingSendSize(), 'a request, and no feature bit');
      assert.ok(wanted === 0 || (wanted > freeBytes(file) && wanted <= file.ringBytes - 8), `${pending} pending`);

      const packets = drawContractPackets(seed, PACKET_COUNT);
      const offset = ring.incoming();
      let signals = 0;
      while (ring.canRead(offset)) {
        const freeBefore = freeBytes(file);
        checkPacket(ring, ring.read(offset)!, packets.next().value!);
        const signal = ring.commitRead(offset);
        assert.equal(signal, freeBefore < wanted && wanted <= freeBytes(file), `${freeBefore} bytes were free`);
        if (signal) signals++;
      }
      assert.equal(signals, wanted === 0 ? 0 : 1, 'signals');

      peer.signal('SIGCONT');
      const pace = new Pace(peer);
      for (const want of packets) {
        while (!ring.canRead(offset)) await pace.wait(`packet ${want.index} is not there`);
        pace.renew();
        checkPacket(ring, ring.read(offset)!, want);
        ring.commitRead(offset);
      }
      await peer.lines();
    });
  });
}
