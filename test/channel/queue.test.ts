import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  connectedQueues,
  InvalidPacketError,
  OutgoingPacketType,
  packetSize,
  PagedRange,
  type Sendable,
} from '../../src/index.ts';
import { assertGpaRangeError } from '../support/assert-errors.ts';
import { outcome, Words } from './ends.ts';

const FILLED = new Uint8Array(24).fill(0xf);

/** A packet of the largest size: 4000 bytes leave no room for another one in a ring of 4096. */
const LARGE = new Uint8Array(4000);

describe("OpenVMM's own scenarios", () => {
  it('reads the ranges of a GPA-direct packet', async () => {
    const [host, guest] = connectedQueues({ ringBytes: 16384 });
    const ranges = [PagedRange.of(20, 4096, [4096n, 8192n]), PagedRange.of(0, 200, [8192n])];
    await guest.write({ payload: FILLED, typ: OutgoingPacketType.GpaDirect(ranges) });
    const batch = await host.readBatch();
    const packet = batch.next()!;
    assert.deepEqual(packet.readAll(), FILLED);
    assert.equal(packet.completionRequested, true);
    assert.equal(packet.externalRangeCount, 2);
    const found = [...packet.readExternalRanges()].map((range) => [range.offset(), range.length, [...range.gpns()]]);
    assert.deepEqual(found, [
      [20, 4096, [4096n, 8192n]],
      [0, 200, [8192n]],
    ]);
    batch[Symbol.dispose]();
  });

  it('does not send an empty range, and finds out about one that was sent', async () => {
    const [host, guest] = connectedQueues({ ringBytes: 16384 });
    const send = (range: PagedRange): boolean =>
      guest.tryWrite({ payload: FILLED, typ: OutgoingPacketType.GpaDirect([range]) });
    assert.throws(() => send(PagedRange.empty()), RangeError);
    assert.equal(guest.inspect().outgoing.filledBytes, 0);
    assert.ok(send(PagedRange.of(0, 8, [1n])));
    // Descriptor, reserved, range count; then the first range's byte count.
    guest.channel.outgoing.mem().writeAt(24, new Uint8Array(4));
    const batch = await host.readBatch();
    const packet = batch.next()!;
    assert.deepEqual(packet.readAll(), FILLED);
    assert.equal(packet.externalRangeCount, 1);
    assertGpaRangeError('EmptyByteCount', () => packet.readExternalRanges());
    assert.equal(host.channel.isClosed, false, 'the ring is in order');
    batch[Symbol.dispose]();
  });

  it('reads the ranges of a transfer-page packet in the buffer that both sides know', async () => {
    const [host, guest] = connectedQueues({ ringBytes: 16384 });
    const ranges = [
      { byteCount: 0x10, byteOffset: 0x10 },
      { byteCount: 0x10, byteOffset: 0xfff },
      { byteCount: 0x10, byteOffset: 0x1000 },
    ];
    await guest.write({ payload: FILLED, typ: OutgoingPacketType.TransferPages(13, ranges) });
    const batch = await host.readBatch();
    const packet = batch.next()!;
    assert.deepEqual(packet.readAll(), FILLED);
    assert.equal(packet.externalRangeCount, 3);
    assert.equal(packet.transferBufferId, 13);
    const buffer = PagedRange.of(0, 0x3000, [1n, 2n, 3n]);
    const found = packet.readTransferRanges(buffer).map((range) => [range.offset(), range.length, [...range.gpns()]]);
    assert.deepEqual(found, [
      [0x10, 0x10, [1n]],
      [0xfff, 0x10, [1n, 2n]],
      [0, 0x10, [2n]],
    ]);
    batch[Symbol.dispose]();
  });

  it('waits for room in a full ring', async () => {
    const [host, guest] = connectedQueues({ ringBytes: 4096 });
    await host.waitReady(4000);
    assert.ok(host.tryWrite(LARGE));
    assert.equal(host.tryWrite(LARGE), false);
    const ready = host.waitReady(packetSize(LARGE));
    assert.equal(await outcome(ready), 'pending');
    await guest.read();
    assert.equal(await outcome(ready), 'pending', 'the packet is not given back');
    assert.equal(guest.tryRead(), null);
    await ready;
    assert.ok(host.tryWrite(LARGE));
  });
});

describe('packets of all types', () => {
  const cases: [string, Sendable, { kind: string; id: bigint | null; completion: boolean; payload: number[] }][] = [
    [
      'bytes',
      Uint8Array.of(1, 2, 3),
      { kind: 'InBand', id: null, completion: false, payload: [1, 2, 3, 0, 0, 0, 0, 0] },
    ],
    ['nothing at all', {}, { kind: 'InBand', id: null, completion: false, payload: [] }],
    [
      'pieces',
      { payload: [Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)] },
      { kind: 'InBand', id: null, completion: false, payload: [1, 2, 3, 0, 0, 0, 0, 0] },
    ],
    [
      'a request',
      { payload: FILLED, transactionId: 2n ** 64n - 1n, typ: OutgoingPacketType.InBandWithCompletion },
      { kind: 'InBand', id: 2n ** 64n - 1n, completion: true, payload: [...FILLED] },
    ],
    [
      'a completion',
      { transactionId: 77, typ: OutgoingPacketType.Completion },
      { kind: 'Completion', id: 77n, completion: false, payload: [] },
    ],
    [
      'GPA ranges',
      { payload: FILLED, transactionId: 1, typ: OutgoingPacketType.GpaDirect([PagedRange.of(1, 4096, [5n, 6n])]) },
      { kind: 'GpaDirect', id: 1n, completion: true, payload: [...FILLED] },
    ],
    [
      'transfer pages',
      { transactionId: 2, typ: OutgoingPacketType.TransferPages(7, [{ byteCount: 1, byteOffset: 2 }]) },
      { kind: 'TransferPages', id: 2n, completion: true, payload: [] },
    ],
  ];
  for (const [name, packet, expected] of cases) {
    it(`sends ${name}, by every way that there is`, async () => {
      const [a, b] = connectedQueues({ ringBytes: 4096 });
      assert.ok(a.tryWrite(packet));
      await a.write(packet);
      a.writeSync(packet);
      {
        const batch = a.writeBatch();
        assert.ok(batch.tryWrite(packet));
        batch[Symbol.dispose]();
      }
      assert.equal(a.inspect().outgoing.filledBytes, 4 * packetSize(packet));
      for (let i = 0; i < 4; i++) {
        const received = await b.read();
        assert.equal(received.typ.kind, expected.kind);
        assert.equal(received.transactionId, expected.id);
        assert.equal(received.completionRequested, expected.completion);
        assert.deepEqual([...received.readAll()], expected.payload);
        assert.equal(received.payloadLength, expected.payload.length);
      }
      assert.equal(b.tryRead(), null);
    });
  }

  it('sends whole words', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    const { writer } = a.split();
    const words = BigUint64Array.of(1n, 2n ** 64n - 1n);
    const { Completion, InBandWithCompletion } = OutgoingPacketType;
    assert.ok(writer.tryWriteAligned(1, InBandWithCompletion, words));
    await a.writeAligned(2n, Completion, words);
    {
      const batch = a.writeBatch();
      assert.ok(batch.tryWriteAligned(3, InBandWithCompletion, words));
      batch[Symbol.dispose]();
    }
    for (const id of [1n, 2n, 3n]) {
      const packet = await b.read();
      assert.equal(packet.transactionId, id);
      assert.deepEqual([...packet.reader().readWords()], [...words]);
    }
    while (writer.tryWriteAligned(0, InBandWithCompletion, words));
    const pending = a.writeAligned(9, InBandWithCompletion, words);
    assert.equal(await outcome(pending), 'pending');
    for (const _ of b.tryReadBatch()!) assert.equal(await outcome(pending), 'pending');
    b.close();
    assert.equal(await outcome(pending), 'rejected');
  });

  it('copies a payload out of the ring, or shows it in place', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    a.tryWrite(FILLED);
    const packet = await b.read();
    const target = new Uint8Array(30).fill(9);
    assert.equal(packet.readInto(target), 24);
    assert.deepEqual([...target], [...FILLED, 9, 9, 9, 9, 9, 9]);
    assert.throws(() => packet.readInto(new Uint8Array(23)), RangeError);
    assert.deepEqual(packet.view(), FILLED);
  });
});

describe('batches', () => {
  it('publishes all packets of a batch at once, or none', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    const batch = a.writeBatch();
    assert.ok(batch.tryWrite(Uint8Array.of(1)));
    assert.ok(batch.canWrite(4088 - 32));
    assert.equal(batch.canWrite(4088 - 24), false);
    assert.ok(batch.tryWrite(Uint8Array.of(2)));
    assert.equal(b.tryRead(), null);
    assert.equal(a.inspect().outgoing.packets, 0);
    batch.commit();
    batch.commit();
    assert.equal(a.inspect().outgoing.packets, 2);
    assert.equal(a.inspect().outgoing.bytes, 64);
    const taken = a.writeBatch();
    assert.ok(taken.tryWrite(Uint8Array.of(3)));
    taken.revert();
    assert.ok(a.tryWrite(Uint8Array.of(4)));
    assert.equal(a.inspect().outgoing.packets, 3);
    const first = [...(await b.readBatch())].map((packet) => packet.readAll()[0]);
    assert.deepEqual(first, [1, 2, 4]);
  });

  it('keeps the packets before one that cannot be sent', () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    const batch = a.writeBatch();
    assert.ok(batch.tryWrite(Uint8Array.of(1)));
    assert.throws(() => batch.tryWrite(new Uint8Array(5000)), InvalidPacketError);
    assert.throws(() => batch.tryWrite({ typ: OutgoingPacketType.GpaDirect([]) }), InvalidPacketError);
    const spoilt = { payload: [Uint8Array.of(1), 'no bytes' as unknown as Uint8Array] };
    assert.throws(() => batch.tryWrite(spoilt), TypeError);
    assert.equal(batch.tryWrite(new Uint8Array(4050)), false);
    assert.ok(batch.tryWrite(Uint8Array.of(2)));
    batch.commit();
    assert.deepEqual([b.tryRead()?.view()?.[0], b.tryRead()?.view()?.[0], b.tryRead()], [1, 2, null]);
  });

  it('gives the packets of a batch back at once', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    for (let i = 0; i < 3; i++) a.tryWrite(Uint8Array.of(i));
    const batch = await b.readBatch();
    const [first, second] = [batch.next()!, batch.next()!];
    first.release();
    assert.equal(first.isReleased, false, 'the batch gives back all or nothing');
    assert.equal(new Words(b, 'incoming').get('out'), 0);
    a.tryWrite(Uint8Array.of(3));
    batch.commit();
    assert.equal(new Words(b, 'incoming').get('out'), 64);
    assert.ok(first.isReleased && second.isReleased);
    const rest = b.tryReadBatch()!;
    assert.deepEqual([rest.next()?.view()?.[0], rest.next()?.view()?.[0], rest.next()], [2, 3, null]);
    rest[Symbol.dispose]();
    assert.equal(b.tryReadBatch(), null);
  });

  it('hands out what comes while it is read', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    a.tryWrite(Uint8Array.of(0));
    const batch = await b.readBatch();
    let packets = 0;
    for (const packet of batch) {
      assert.equal(packet.view()?.[0], packets++);
      if (packets < 5) a.tryWrite(Uint8Array.of(packets));
    }
    assert.equal(packets, 5);
    batch[Symbol.dispose]();
  });

  it('reads a batch again that was taken back', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    for (let i = 0; i < 3; i++) a.tryWrite(Uint8Array.of(i));
    const batch = await b.readBatch();
    const before = [...batch];
    batch.revert();
    assert.ok(before.every((packet) => packet.isReleased));
    assert.deepEqual(
      [...batch].map((packet) => packet.view()?.[0]),
      [0, 1, 2],
    );
    batch.commit();
    assert.equal(a.inspect().outgoing.filledBytes, 0);
    assert.equal(b.inspect().incoming.packets, 6, 'each was read twice');
  });
});

describe('looking and taking back', () => {
  it('reads a packet again that was only looked at', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    a.tryWrite(Uint8Array.of(1));
    a.tryWrite(Uint8Array.of(2));
    const look = await b.read();
    look.revert();
    assert.ok(look.isReleased);
    assert.throws(() => look.revert(), TypeError);
    const again = b.tryRead()!;
    assert.equal(again.view()?.[0], 1);
    again.release();
    again.release();
    assert.equal(b.tryRead()?.view()?.[0], 2);
    b.reader.release();
    assert.equal(a.inspect().outgoing.filledBytes, 0);
  });

  it('leaves a packet there that was waited for', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    const ready = b.reader.waitReady();
    assert.equal(await outcome(ready), 'pending');
    a.tryWrite(Uint8Array.of(5));
    await ready;
    await b.reader.waitReady();
    b.reader.waitReadySync();
    assert.equal(b.readSync().view()?.[0], 5);
  });

  it('knows how much can be written', async () => {
    const [a, b] = connectedQueues({ ringBytes: [4096, 8192] });
    assert.equal(a.capacity, 4088);
    assert.equal(b.capacity, 8184);
    assert.ok(a.canWrite(4088));
    assert.ok(a.tryWrite(new Uint8Array(4064)), 'the ring is full to the last byte');
    assert.equal(a.canWrite(8), false);
    assert.ok(a.canWrite(0));
    assert.throws(() => a.canWrite(4089), InvalidPacketError);
    const empty = a.waitReady(a.capacity);
    assert.equal(await outcome(empty), 'pending');
    b.readSync().release();
    await empty;
    a.writer.waitReadySync(4088);
  });
});

describe('for await', () => {
  it('ends when the peer closes, and gives back the last packet', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    const sum = (async () => {
      let total = 0;
      for await (const packet of b) total += packet.view()![0]!;
      return total;
    })();
    for (let i = 1; i <= 600; i++) await a.write(Uint8Array.of(i % 7));
    a.close();
    let expected = 0;
    for (let i = 1; i <= 600; i++) expected += i % 7;
    assert.equal(await sum, expected);
    assert.equal(b.inspect().incoming.filledBytes, 0);
  });

  it('lets the event loop have its turns while packets keep coming', async () => {
    const [a, b] = connectedQueues({ ringBytes: 65536 });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let packets = 0;
    a.tryWrite(FILLED);
    for await (const packet of b) {
      assert.equal(packet.payloadLength, 24);
      if (++packets === 20_000 || turns > 2) break;
      a.tryWrite(FILLED);
    }
    clearInterval(timer);
    assert.ok(turns > 2, `${packets} packets without a turn`);
  });

  it('releases the packet when it is left, and closes nothing', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    a.tryWrite(Uint8Array.of(1));
    a.tryWrite(Uint8Array.of(2));
    for await (const packet of b) {
      assert.equal(packet.view()?.[0], 1);
      break;
    }
    assert.equal(new Words(b, 'incoming').get('out'), 32);
    assert.equal(b.tryRead()?.view()?.[0], 2);
  });
});
