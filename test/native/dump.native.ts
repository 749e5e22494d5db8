// What the peer says is in a ring, and what the library says, of the same bytes.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Full, IncomingRing, OutgoingRing } from '../../src/index.ts';
import { inspectRingImage } from '../../src/inspect/index.ts';
import { listingLineOf } from '../inspect/listing-line.ts';
import { drawContractPackets, outgoingPacketOf } from '../support/contract.ts';
import { announceSeed } from '../support/property.ts';
import { vectorImage, VECTORS } from '../support/vectors.ts';
import { PeerProcess } from './peer-process.ts';
import { firstDifference, RingFile } from './ring-file.ts';
import { contractLine } from './traffic.ts';

const CONTROL_BYTES = 4096;

async function dump(t: TestContext, file: RingFile): Promise<string[]> {
  return await new PeerProcess(t, ['dump', ...file.args]).lines();
}

/** Writes packets of the contract until there is no room, the oldest given up `rounds` times. Lines of those left. */
function fill(file: RingFile, seed: number, rounds: number): string[] {
  const outgoing = new OutgoingRing(file.memory);
  const incoming = new IncomingRing(file.memory);
  const write = outgoing.outgoing();
  const read = incoming.incoming();
  let lines: string[] = [];
  for (const packet of drawContractPackets(seed, 100_000)) {
    let range = outgoing.write(write, outgoingPacketOf(packet));
    if (range instanceof Full) {
      outgoing.commitWrite(write);
      if (rounds-- === 0) return lines;
      while (incoming.read(read) !== null);
      incoming.commitRead(read);
      lines = [];
      range = outgoing.write(write, outgoingPacketOf(packet));
      assert.ok(!(range instanceof Full));
    }
    range.writer(outgoing).write(packet.payload);
    lines.push(contractLine(packet));
  }
  throw new Error('the ring was not full in the end');
}

/** A listing counts packets from where its writer began; one who finds the ring counts from `out`. */
function withoutIndex(lines: readonly string[]): string[] {
  return lines.map((line) => line.slice(line.indexOf(' ') + 1));
}

function inspected(image: Uint8Array): string[] {
  const { packets, error } = inspectRingImage(image);
  assert.equal(error, null);
  return packets.map(listingLineOf);
}

/** Throws if data or indices are not what they were. The mask and the features are the reader's and the writer's to set. */
function checkUntouched(file: RingFile, before: Uint8Array): void {
  assert.equal(firstDifference(file.image.subarray(0, 8), before.subarray(0, 8)), -1, 'in or out has changed');
  const at = firstDifference(file.image.subarray(CONTROL_BYTES), before.subarray(CONTROL_BYTES));
  assert.equal(at, -1, `the data has changed at ${at}`);
}

describe('dump', () => {
  it('prints nothing of an empty ring', async (t) => {
    const file = new RingFile(t, 8192);
    assert.deepEqual(await dump(t, file), []);
  });

  for (const kib of [4, 8, 16, 64, 256, 1024]) {
    for (const rounds of [0, 3]) {
      it(`prints what we find in a full ring of ${kib} KiB, ${rounds} times filled before`, async (t) => {
        const seed = announceSeed(t);
        const file = new RingFile(t, kib * 1024);
        const lines = withoutIndex(fill(file, seed, rounds));
        const before = file.image.slice();
        assert.deepEqual(withoutIndex(inspected(before)), lines);
        assert.deepEqual(withoutIndex(await dump(t, file)), lines);
        checkUntouched(file, before);
      });
    }
  }

  for (const { name } of VECTORS) {
    it(`prints what we find in ${name}`, async (t) => {
      const image = vectorImage(name);
      const file = new RingFile(t, image);
      assert.deepEqual(withoutIndex(await dump(t, file)), withoutIndex(inspected(image)));
      checkUntouched(file, image);
    });
  }
});
