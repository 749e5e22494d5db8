// A peer that cannot go on fails the test at once, and the test says why.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withDpdk } from './dpdk-only.ts';
import { Pace } from './pace.ts';
import { PeerProcess } from './peer-process.ts';
import { RingFile } from './ring-file.ts';
import { consumeContract, produceContract } from './traffic.ts';

/** More than the peer gets to. */
const PACKET_COUNT = 1_000_000;

const count = String(PACKET_COUNT);

describe('a peer that cannot go on', () => {
  for (const [command, more] of [
    ['produce', ['10', '1']],
    ['consume', ['10']],
    ['dump', []],
  ] as const) {
    it(`${command} fails where there is no file`, async (t) => {
      const peer = new PeerProcess(t, [command, '/dev/shm/vmbus-ring-native-none', '8192', ...more]);
      await assert.rejects(peer.lines(), new RegExp(`${command} has ended`));
    });
  }

  it('a producer that is killed in mid-traffic', async (t) => {
    const file = new RingFile(t, 8192);
    const peer = new PeerProcess(t, ['produce', ...file.args, count, '1']);
    setTimeout(() => peer.signal('SIGKILL'), 200);
    const reading = consumeContract({ file, seed: 1, packetCount: PACKET_COUNT, pace: new Pace(peer) });
    await assert.rejects(reading, /produce has ended: killed by SIGKILL/);
  });

  it('a consumer that is killed in mid-traffic', async (t) => {
    const file = new RingFile(t, 8192);
    const peer = new PeerProcess(t, ['consume', ...file.args, count]);
    setTimeout(() => peer.signal('SIGKILL'), 200);
    const writing = produceContract({ file, seed: 1, packetCount: PACKET_COUNT, pace: new Pace(peer) });
    await assert.rejects(writing, /consume has ended: killed by SIGKILL/);
  });

  withDpdk('a consumer that finds a packet of another type', () => {
    it('a consumer that finds a packet of another type', async (t) => {
      const image = Buffer.alloc(4096 + 8192);
      image.writeUInt32LE(32, 0);
      image.set([10, 0, 2, 0, 3, 0, 0, 0], 4096);
      const file = new RingFile(t, image);
      const peer = new PeerProcess(t, ['consume', ...file.args, '1']);
      await assert.rejects(peer.lines(), /consume has ended/);
    });
  });
});
