import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidPacketError, OutgoingPacketType, PagedRange } from '../../src/index.ts';
import { FEW_MEMORY_KINDS, MEMORY_KINDS } from '../support/memories.ts';
import { Exchange } from './exchange.ts';

const MIB = 1 << 20;
const { InBandNoCompletion, InBandWithCompletion, Completion, GpaDirect, TransferPages } = OutgoingPacketType;

/** Calls `run`, which has to throw, and checks that nothing of the ring nor of the offset changed. */
function assertRefused(
  exchange: Exchange,
  run: () => unknown,
  wanted: (error: unknown) => boolean,
  what: string,
): void {
  const before = exchange.memory.image();
  const offset = exchange.write.inspect();
  assert.throws(run, wanted, what);
  assert.deepEqual(exchange.write.inspect(), offset, `${what}: the offset moved`);
  assert.equal(Buffer.compare(exchange.memory.image(), before), 0, `${what}: a byte was written`);
}

function tooLong(error: unknown): boolean {
  return error instanceof InvalidPacketError && error instanceof RangeError && error.code === 'InvalidMessageLength';
}

function isRange(error: unknown): boolean {
  return error instanceof RangeError && !(error instanceof InvalidPacketError);
}

function write(exchange: Exchange, size: number, typ: OutgoingPacketType, transactionId: bigint | number = 1): unknown {
  return exchange.outgoing.write(exchange.write, { transactionId, size, typ });
}

function gpaList(pages: number): OutgoingPacketType {
  return GpaDirect([PagedRange.of(0, pages * 4096, new BigUint64Array(pages).fill(7n))]);
}

function transferList(count: number): OutgoingPacketType {
  return TransferPages(
    1,
    Array.from({ length: count }, () => ({ byteCount: 1, byteOffset: 2 })),
  );
}

describe('the largest packet of a ring', () => {
  for (const kind of MEMORY_KINDS) {
    it(`is its size less 8, at every 8-byte position, over ${kind.name}`, () => {
      const exchange = new Exchange(4096, kind);
      const payload = Uint8Array.from({ length: 4096 - 8 - 24 }, (_, i) => i * 5 + (i >> 8));
      assert.equal(exchange.outgoing.maximumPacketSize(), 4088);
      for (let position = 0; position < 4096; position += 8) {
        assert.equal(exchange.read.inspect().nextOut, (4096 - position) % 4096);
        assertRefused(
          exchange,
          () => write(exchange, payload.length + 1, InBandNoCompletion),
          tooLong,
          'one byte more',
        );
        assert.equal(exchange.outgoing.canWrite(exchange.write, 4088), true);
        exchange.send(payload);
        assert.equal(exchange.outgoing.canWrite(exchange.write, 8), false);
        const received = exchange.receive();
        if (Buffer.compare(received.payload, payload) !== 0) assert.fail(`the payload at ${position} is another`);
      }
      exchange.memory.checkCanaries();
    });
  }

  it('has fewer bytes of payload where it has ranges', () => {
    const exchange = new Exchange(4096);
    for (const [typ, most] of [
      [transferList(1), 4048],
      [gpaList(1), 4040],
    ] as const) {
      assertRefused(exchange, () => write(exchange, most + 1, typ), tooLong, `${typ.kind}, one byte more`);
      exchange.send(most, typ);
      assert.equal(exchange.receive().payload.length, most);
    }
  });
});

describe('the 16-bit limits of the format', () => {
  for (const kind of FEW_MEMORY_KINDS) {
    it(`takes 524,264 bytes of payload and not one more, over ${kind.name}`, () => {
      const exchange = new Exchange(MIB, kind);
      for (const typ of [InBandNoCompletion, InBandWithCompletion, Completion]) {
        for (const size of [524_265, 524_272, 524_304, MIB - 32, MIB, 2 ** 31, 2 ** 32, 2 ** 32 + 8, 2 ** 52]) {
          assertRefused(exchange, () => write(exchange, size, typ), tooLong, `${size} bytes`);
        }
      }
      const payload = Uint8Array.from({ length: 524_264 }, (_, i) => i * 3 + (i >> 8));
      exchange.send(payload, InBandWithCompletion, 5n);
      const packet = exchange.take();
      assert.equal(packet.size, 524_288);
      assert.equal(packet.payloadLength, 524_264);
      assert.equal(Buffer.compare(packet.payload.reader(exchange.incoming).readAll(), payload), 0);
    });
  }

  it('limit the header of GPA-direct packets', () => {
    const exchange = new Exchange(MIB);
    assertRefused(exchange, () => write(exchange, 0, gpaList(65_532)), tooLong, '65,532 pages');
    assertRefused(exchange, () => write(exchange, 1, gpaList(65_531)), tooLong, '65,531 pages and a byte');
    const ranges = new Array<PagedRange>(32_767).fill(PagedRange.of(0, 1, [1n]));
    assertRefused(exchange, () => write(exchange, 0, GpaDirect(ranges)), tooLong, '32,767 ranges');
    exchange.send(0, gpaList(65_531));
    const packet = exchange.take();
    assert.equal(packet.size, 524_288);
    assert.equal(packet.payloadLength, 0);
    assert.ok(packet.typ.kind === 'GpaDirect' && packet.typ.ranges.length === 65_532 * 8);
  });

  it('limit the header of transfer-page packets', () => {
    const exchange = new Exchange(MIB);
    assertRefused(exchange, () => write(exchange, 0, transferList(65_533)), tooLong, '65,533 ranges');
    assertRefused(exchange, () => write(exchange, 8, transferList(65_532)), tooLong, '65,532 ranges and 8 bytes');
    exchange.send(8, transferList(65_531));
    const packet = exchange.take();
    assert.ok(packet.typ.kind === 'TransferPages' && packet.typ.rangeCount === 65_531);
    exchange.incoming.commitRead(exchange.read);
    exchange.send(0, transferList(65_532));
    assert.equal(exchange.take().size, 524_288);
  });
});

describe('what cannot be sent', () => {
  for (const kind of FEW_MEMORY_KINDS) {
    it(`is refused before a byte of it is written, over ${kind.name}`, () => {
      const exchange = new Exchange(8192, kind, 8168);
      const isType = (error: unknown): boolean => error instanceof TypeError;
      for (const size of [NaN, -1, -8, 1.5, 2 ** 53, Infinity, -Infinity]) {
        assertRefused(exchange, () => write(exchange, size, InBandNoCompletion), isRange, `size ${size}`);
        assertRefused(exchange, () => write(exchange, size, gpaList(1)), isRange, `size ${size} with ranges`);
      }
      for (const id of [-1n, 2n ** 64n, 2n ** 65n + 1n, -1, 1.5, NaN, Infinity, 2 ** 53]) {
        assertRefused(exchange, () => write(exchange, 8, InBandWithCompletion, id), isRange, `id ${id}`);
      }
      for (const id of ['1', null, true, {}] as unknown[]) {
        assertRefused(
          exchange,
          () => write(exchange, 8, InBandWithCompletion, id as bigint),
          isType,
          `id ${String(id)}`,
        );
      }
      for (const setId of [-1, 0x1_0000, 0.5, NaN]) {
        assertRefused(exchange, () => write(exchange, 8, TransferPages(setId, [])), isRange, `set ${setId}`);
      }
      for (const bad of [-1, 2 ** 32, 0.5, NaN]) {
        for (const range of [
          { byteCount: bad, byteOffset: 0 },
          { byteCount: 0, byteOffset: bad },
        ]) {
          const good = { byteCount: 1, byteOffset: 1 };
          assertRefused(exchange, () => write(exchange, 8, TransferPages(1, [good, range])), isRange, `range ${bad}`);
        }
      }
      for (const kindName of ['Cancel', '', undefined]) {
        const typ = { kind: kindName } as unknown as OutgoingPacketType;
        assertRefused(exchange, () => write(exchange, 8, typ), isType, `kind ${kindName}`);
      }
    });

    it(`a GPA-direct packet without ranges, or with an empty one, over ${kind.name}`, () => {
      const exchange = new Exchange(8192, kind);
      const noRanges = (error: unknown): boolean =>
        error instanceof InvalidPacketError && error.code === 'InvalidDescriptorGpaDirectRangeCount';
      assertRefused(exchange, () => write(exchange, 8, GpaDirect([])), noRanges, 'no ranges');
      const whole = PagedRange.of(0, 4096, [1n]);
      for (const list of [[PagedRange.empty()], [whole, PagedRange.of(7, 0, [1n])]]) {
        assertRefused(exchange, () => write(exchange, 8, GpaDirect(list)), isRange, 'empty');
      }
      // The peer would refuse the first for an overflow; the second is merely too long.
      const pages = new BigUint64Array(2 ** 20);
      const overflowing = GpaDirect([PagedRange.of(1, 2 ** 32 - 4096, pages)]);
      assertRefused(exchange, () => write(exchange, 8, overflowing), isRange, 'overflow');
      const long = GpaDirect([PagedRange.of(1, 2 ** 32 - 4097, pages)]);
      assertRefused(exchange, () => write(exchange, 8, long), tooLong, 'long');
    });
  }
});
