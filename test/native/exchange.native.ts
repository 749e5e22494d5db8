// The contract's packets through one mapped file, between this process and the peer's.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announceSeed, chooseSeed } from '../support/property.ts';
import { Pace } from './pace.ts';
import { PeerProcess } from './peer-process.ts';
import { RingFile } from './ring-file.ts';
import { readSetup } from './setup.ts';
import { consumeContract, produceContract } from './traffic.ts';

const RING_KIB = [4, 8, 16, 64, 256, 1024];

const { packetCount } = readSetup();
const count = String(packetCount);

/** Throws unless the peer has printed the lines of all packets. `deepEqual` would take long to say where two such lists differ. */
function checkLines(printed: readonly string[], lines: readonly string[]): void {
  for (const [i, line] of lines.entries()) assert.equal(printed[i], line);
  assert.equal(printed.length, lines.length, 'lines were printed');
}

for (const kib of RING_KIB) {
  describe(`${packetCount} packets through a ring of ${kib} KiB`, () => {
    it('the peer produces, we consume', async (t) => {
      const seed = announceSeed(t);
      const file = new RingFile(t, kib * 1024);
      const peer = new PeerProcess(t, ['produce', ...file.args, count, String(seed)]);
      await consumeContract({ file, seed, packetCount, pace: new Pace(peer) });
      await peer.lines();
      assert.equal(file.control[0], file.control[1], 'all was read');
    });

    it('we produce, the peer consumes', async (t) => {
      const seed = announceSeed(t);
      const file = new RingFile(t, kib * 1024);
      const peer = new PeerProcess(t, ['consume', ...file.args, count]);
      const lines = await produceContract({ file, seed, packetCount, pace: new Pace(peer) });
      checkLines(await peer.lines(), lines);
      assert.equal(file.control[0], file.control[1], 'all was read');
    });

    it('both at the same time, in a ring each', async (t) => {
      const seed = chooseSeed();
      const ourSeed = (seed ^ 0x5555_5555) >>> 0;
      t.diagnostic(`VMBUS_RING_SEED=${seed}`);
      const theirs = new RingFile(t, kib * 1024);
      const ours = new RingFile(t, kib * 1024);
      const producer = new PeerProcess(t, ['produce', ...theirs.args, count, String(seed)]);
      const consumer = new PeerProcess(t, ['consume', ...ours.args, count]);
      const pace = new Pace(producer, consumer);
      const [lines] = await Promise.all([
        produceContract({ file: ours, seed: ourSeed, packetCount, pace }),
        consumeContract({ file: theirs, seed, packetCount, pace }),
      ]);
      await producer.lines();
      checkLines(await consumer.lines(), lines);
    });
  });
}
