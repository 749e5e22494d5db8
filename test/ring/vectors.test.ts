import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Full, IncomingRing, OutgoingRing } from '../../src/index.ts';
import {
  contractPackets,
  type ContractPacket,
  listingLine,
  type ListedPacket,
  outgoingPacketOf,
  parseListing,
} from '../support/contract.ts';
import { MEMORY_KINDS, type MemoryKind, type TestMemory } from '../support/memories.ts';
import { vectorImage, vectorPath, VECTORS } from '../support/vectors.ts';
import { decodeRing, listedCrc32 } from './listing.ts';

function readLines(name: string): string[] {
  return readFileSync(vectorPath(`${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n');
}

/** What a reader has to make of a packet that was sent by the contract. */
function expected({ index, type, payload, setId, ranges }: ContractPacket): ListedPacket {
  const transactionId = type === 'inband' ? null : BigInt(index);
  return { index, type, transactionId, payloadBytes: payload.length, crc32: listedCrc32(payload), setId, ranges };
}

function loaded(kind: MemoryKind, image: Uint8Array): TestMemory {
  const memory = kind.make(image.length - 4096);
  memory.load(image);
  return memory;
}

describe('the listings', () => {
  for (const { name, seed, packetCount } of VECTORS) {
    it(`${name} lists the last packets of the contract`, () => {
      const lines = readLines(name);
      const listed = parseListing(lines.join('\n'));
      assert.deepEqual(listed.map(listingLine), lines);
      assert.deepEqual(listed, contractPackets(seed, packetCount).slice(-lines.length).map(expected));
    });
  }
});

for (const kind of MEMORY_KINDS) {
  describe(`rings written by others, over ${kind.name}`, () => {
    for (const { name, seed, packetCount } of VECTORS) {
      it(`reads ${name}`, () => {
        const image = vectorImage(name);
        const memory = loaded(kind, image);
        const ring = new IncomingRing(memory.memory);
        const offset = ring.incoming();
        const lines = readLines(name);
        const packets = decodeRing(ring, offset, parseListing(lines[0]!)[0]!.index);
        assert.deepEqual(
          packets.map(({ listed }) => listingLine(listed)),
          lines,
        );
        const contract = contractPackets(seed, packetCount).slice(-lines.length);
        for (const [i, { payload }] of packets.entries()) assert.deepEqual(payload, contract[i]!.payload);
        assert.deepEqual(memory.data(), new Uint8Array(image.subarray(4096)), 'reading changed the data');
        ring.commitRead(offset);
        assert.equal(memory.control()[1], memory.control()[0], 'all was read, so out is in');
        assert.equal(ring.read(ring.incoming()), null);
        memory.checkCanaries();
      });
    }
  });
}

/** Writes packets by the contract, `batchPackets` a commit, and reads them when there is no room. */
function writeAll(memory: TestMemory, packets: readonly ContractPacket[], batchPackets: number): void {
  const outgoing = new OutgoingRing(memory.memory);
  const incoming = new IncomingRing(memory.memory);
  const write = outgoing.outgoing();
  const read = incoming.incoming();
  let pending = 0;
  for (const packet of packets) {
    let range = outgoing.write(write, outgoingPacketOf(packet));
    if (range instanceof Full) {
      outgoing.commitWrite(write);
      while (incoming.read(read) !== null);
      incoming.commitRead(read);
      range = outgoing.write(write, outgoingPacketOf(packet));
    }
    assert.ok(!(range instanceof Full));
    range.writer(outgoing).write(packet.payload);
    if (++pending % batchPackets === 0) outgoing.commitWrite(write);
  }
  outgoing.commitWrite(write);
}

for (const kind of MEMORY_KINDS) {
  describe(`rings as others write them, over ${kind.name}`, () => {
    for (const [i, { name, seed, packetCount }] of VECTORS.entries()) {
      it(`writes ${name}, byte for byte`, () => {
        const image = vectorImage(name);
        const memory = kind.make(image.length - 4096);
        writeAll(memory, contractPackets(seed, packetCount), 1 + i * 3);
        assert.equal(memory.control()[0], new DataView(image.buffer, image.byteOffset).getUint32(0, true), 'in');
        const [data, want] = [memory.data(), new Uint8Array(image.subarray(4096))];
        const differs = data.findIndex((byte, at) => byte !== want[at]);
        assert.equal(differs, -1, `the data differs at ring offset ${differs}`);
        memory.checkCanaries();
      });
    }
  });
}
