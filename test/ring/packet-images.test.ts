import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Full, OutgoingPacketType, PagedRange } from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { MEMORY_KINDS, type MemoryKind } from '../support/memories.ts';
import { checkProperty } from '../support/property.ts';
import { Exchange } from './exchange.ts';
import { type NaivePacket, packetBytes } from './naive-packet.ts';

const RING_BYTES = 8192;

interface Case {
  readonly typ: OutgoingPacketType;
  readonly naive: Omit<NaivePacket, 'payload' | 'id'>;
}

function u32s(low: number, high: number): bigint {
  return BigInt(low) | (BigInt(high) << 32n);
}

const SIMPLE: readonly Case[] = [
  { typ: OutgoingPacketType.InBandNoCompletion, naive: { type: 6, flags: 0, extended: [] } },
  { typ: OutgoingPacketType.InBandWithCompletion, naive: { type: 6, flags: 1, extended: [] } },
  { typ: OutgoingPacketType.Completion, naive: { type: 11, flags: 0, extended: [] } },
  { typ: OutgoingPacketType.TransferPages(0xabcd, []), naive: { type: 7, flags: 1, extended: [0xabcdn] } },
];

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const transferCase: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), fc.array(fc.tuple(u32, u32), { maxLength: 9 }))
  .map(([setId, list]) => ({
    typ: OutgoingPacketType.TransferPages(
      setId,
      list.map(([byteCount, byteOffset]) => ({ byteCount, byteOffset })),
    ),
    naive: { type: 7, flags: 1, extended: [u32s(setId, list.length), ...list.map(([n, at]) => u32s(n, at))] },
  }));

const gpaRange = fc
  .tuple(fc.array(u64, { minLength: 1, maxLength: 4 }), fc.nat(4095), fc.nat())
  .map(([gpns, offset, n]) => {
    const least = (gpns.length - 1) * 4096 + 1 - offset;
    const most = gpns.length * 4096 - offset;
    const length = Math.max(1, least) + (n % (most - Math.max(1, least) + 1));
    // What is behind the last page that the range touches is not sent.
    return { range: PagedRange.of(offset, length, [...gpns, 0xdeadn]), words: [u32s(length, offset), ...gpns] };
  });

const gpaCase: fc.Arbitrary<Case> = fc.array(gpaRange, { minLength: 1, maxLength: 4 }).map((list) => ({
  typ: OutgoingPacketType.GpaDirect(list.map(({ range }) => range)),
  naive: { type: 9, flags: 1, extended: [u32s(0, list.length), ...list.flatMap(({ words }) => words)] },
}));

const anyCase = fc.oneof(fc.constantFrom(...SIMPLE), transferCase, gpaCase);

const random = new Xorshift(1);

/** None of it is zero. */
const GARBAGE = Uint8Array.from({ length: RING_BYTES }, () => random.next() | 1);

/** A ring that is empty at `start`, full of garbage, and what its data has to hold. */
function dirty(kind: MemoryKind, start: number): { exchange: Exchange; expected: Uint8Array } {
  const exchange = new Exchange(RING_BYTES, kind, start);
  exchange.memory.memory.writeAt(0, GARBAGE);
  return { exchange, expected: Uint8Array.from(GARBAGE) };
}

/** Ring offsets around the end of the ring and around a page's. */
const EDGES = [0, 4096].flatMap((edge) =>
  Array.from({ length: 12 }, (_, i) => (RING_BYTES + edge - 56 + i * 8) % RING_BYTES),
);

function overlay(expected: Uint8Array, bytes: Uint8Array, offset: number): void {
  for (const [i, byte] of bytes.entries()) expected[(offset + i) % RING_BYTES] = byte;
}

for (const kind of MEMORY_KINDS) {
  describe(`the bytes of packets, over ${kind.name}`, () => {
    it('are those of the protocol, and no byte beside them changes', (t) => {
      const input = fc.tuple(
        fc.integer({ min: 0, max: RING_BYTES / 8 - 1 }),
        fc.array(fc.tuple(anyCase, u64, fc.uint8Array({ maxLength: 70 })), { minLength: 1, maxLength: 6 }),
      );
      const property = fc.property(input, ([unit, packets]) => {
        const { exchange, expected } = dirty(kind, unit * 8);
        let offset = unit * 8;
        for (const [{ typ, naive }, id, payload] of packets) {
          const range = exchange.put(payload, typ, id);
          assert.ok(!(range instanceof Full));
          const bytes = packetBytes({ ...naive, id, payload }, offset);
          overlay(expected, bytes, offset);
          offset = (offset + bytes.length) % RING_BYTES;
        }
        assert.equal(Buffer.compare(exchange.memory.data(), expected), 0);
        assert.equal(exchange.memory.control()[0], unit * 8, 'in was stored before the commit');
        exchange.outgoing.commitWrite(exchange.write);
        assert.equal(exchange.memory.control()[0], offset);
        exchange.memory.checkCanaries();
      });
      checkProperty(t, property, 60);
    });

    it('have zeros for padding, wherever the packet wraps, even if the payload is not written', () => {
      for (const at of EDGES) {
        for (const payloadBytes of [0, 1, 4, 7, 8, 9, 15, 17]) {
          const { exchange, expected } = dirty(kind, at);
          exchange.outgoing.write(exchange.write, {
            transactionId: 0,
            size: payloadBytes,
            typ: OutgoingPacketType.InBandNoCompletion,
          });
          const payload = Uint8Array.from({ length: payloadBytes }, (_, i) => {
            const kept = expected[(at + 16 + i) % RING_BYTES]!;
            return i >= payloadBytes - (payloadBytes % 8) ? 0 : kept;
          });
          overlay(expected, packetBytes({ type: 6, flags: 0, id: 0n, extended: [], payload }, at), at);
          assert.equal(Buffer.compare(exchange.memory.data(), expected), 0, `${payloadBytes} bytes at ${at}`);
        }
      }
    });
  });
}
