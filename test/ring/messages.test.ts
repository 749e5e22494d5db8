import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  FlatRingMem,
  Full,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  PagedRange,
  readerNeedsSignal,
  RingRange,
  type TransferPageRange,
} from '../../src/index.ts';

/** Does `run` with a new outgoing ring, and checks what the error says. */
function outgoing(message: string, run: (ring: OutgoingRing) => unknown): void {
  it(`an error says: ${message}`, () => {
    assert.throws(() => run(new OutgoingRing(new FlatRingMem(4096))), { message });
  });
}

function write(ring: OutgoingRing, packet: object): unknown {
  const typ = OutgoingPacketType.InBandNoCompletion;
  return ring.write(ring.outgoing(), { transactionId: 0, size: 0, typ, ...packet });
}

describe('what a caller gets wrong', () => {
  outgoing('a ring stands on a RingMem', () => new OutgoingRing({} as never));
  outgoing('unknown packet kind Fax', (ring) => write(ring, { typ: { kind: 'Fax' } }));
  outgoing('ranges must be an array', (ring) => write(ring, { typ: { kind: 'GpaDirect', ranges: new Set() } }));
  outgoing('invalid range count for gpa direct packet: at least one range is needed', (ring) =>
    write(ring, { typ: OutgoingPacketType.GpaDirect([]) }),
  );
  outgoing('a range of 0 bytes at 4 cannot be sent', (ring) =>
    write(ring, { typ: OutgoingPacketType.GpaDirect([PagedRange.of(4, 0, [1n])]) }),
  );
  outgoing('transferPageSetId must be an integer from 0 to 65535, got -1', (ring) =>
    write(ring, { typ: OutgoingPacketType.TransferPages(-1, []) }),
  );
  for (const name of ['byteCount', 'byteOffset']) {
    outgoing(`${name} must be an integer from 0 to 4294967295, got 0.5`, (ring) => {
      const range = { byteCount: 0, byteOffset: 0, [name]: 0.5 } as TransferPageRange;
      return write(ring, { typ: OutgoingPacketType.TransferPages(1, [range]) });
    });
  }
  outgoing('size must be an integer from 0 to 9007199254740991, got -8', (ring) => write(ring, { size: -8 }));
  outgoing('invalid message length: 4096 bytes with the footer, at most 4088 can be sent', (ring) =>
    write(ring, { size: 4065 }),
  );
  outgoing('length must be an integer from 0 to 9007199254740991, got -1', (ring) =>
    ring.canWrite(ring.outgoing(), -1),
  );
  outgoing('invalid message length: 4096 bytes with the footer, at most 4088 can be sent', (ring) =>
    ring.canWrite(ring.outgoing(), 4096),
  );
  outgoing('transactionId must be a bigint or number, got string', (ring) => write(ring, { transactionId: '1' }));
  outgoing('transactionId must be an unsigned 64-bit integer, got -1', (ring) => write(ring, { transactionId: -1n }));
  outgoing('transactionId must be an integer from 0 to 9007199254740991, got 0.5', (ring) =>
    write(ring, { transactionId: 0.5 }),
  );
  outgoing('8 bytes of payload are not written yet', (ring) => {
    const offset = ring.outgoing();
    const range = ring.write(offset, { transactionId: 0, size: 16, typ: OutgoingPacketType.InBandNoCompletion });
    assert.ok(!(range instanceof Full));
    range.writer(ring).write(new Uint8Array(8));
    ring.commitWrite(offset);
  });
  outgoing('this offset belongs to another ring', (ring) =>
    ring.commitWrite(new OutgoingRing(new FlatRingMem(4096)).outgoing()),
  );
  outgoing('the range has 16 bytes, the data 8', (ring) =>
    new RingRange(0, 16).writeAlignedFull(ring, new BigUint64Array(1)),
  );
  outgoing('no ring has 4095 bytes', () => readerNeedsSignal(new Int32Array(32), 4095));
  outgoing('a control page has 128 aligned bytes, got 124 bytes at offset 0', () =>
    readerNeedsSignal(new Int32Array(31)),
  );
  outgoing('a control page has 128 aligned bytes, got 128 bytes at offset 1', () =>
    readerNeedsSignal(new Uint8Array(new ArrayBuffer(136), 1, 128)),
  );
});

/** Reads a packet of `bytes` bytes with these words at ring offset 8, and checks what the error says. */
function incoming(message: string, bytes: number, ...words: readonly number[]): void {
  it(`an error says: ${message}`, () => {
    const memory = new FlatRingMem(4096);
    memory.writeAt(8, new Uint8Array(Int32Array.from(words).buffer));
    const control = memory.control();
    control[0] = 8 + bytes;
    control[1] = 8;
    const ring = new IncomingRing(memory);
    assert.throws(() => ring.read(ring.incoming()), { name: 'VmbusRingError', message });
  });
}

describe('what a peer gets wrong', () => {
  const inBand = 0x0002_0006;
  incoming('invalid ring buffer pointer: 20 is no multiple of 8 below 4096', 12);
  incoming('invalid data available at ring offset 8: 16 bytes', 16);
  incoming(
    'invalid descriptor offset or length at ring offset 8: data offset 16, length 24, 24 bytes with the footer',
    24,
    inBand,
    3,
  );
  incoming('unknown packet descriptor flags at ring offset 8: 0x3', 24, inBand, 0x0003_0002);
  incoming('unknown packet descriptor type at ring offset 8: 0xa', 24, 0x0002_000a, 2);
  incoming('invalid descriptor offset or length at ring offset 8: data offset 16', 24, 0x0002_0009, 2);
  incoming('invalid range count for gpa direct packet at ring offset 8: 0 ranges', 32, 0x0003_0009, 3, 0, 0, 0, 0);
  incoming(
    'invalid descriptor offset or length at ring offset 8: 1 ranges in 0 bytes of header',
    32,
    0x0003_0007,
    3,
    0,
    0,
    0,
    1,
  );
  it('an error says that the interrupt mask is set', () => {
    const memory = new FlatRingMem(4096);
    memory.control()[2] = 1;
    assert.throws(() => new IncomingRing(memory).verifyInterruptsUnmasked(), {
      message: 'the interrupt mask is set and should be clear',
    });
  });
});
