import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectedChannels, connectedQueues, OutgoingPacketType, Queue, type Sendable } from '../../src/index.ts';
import { assertNothingAsked, thrownBy } from './ends.ts';

const FILLED = new Uint8Array(24).fill(0xf);

/** Leaves no room for another one in a ring of 4096. */
const LARGE = new Uint8Array(4000);

describe('misuse', () => {
  it('refuses all else while a batch is open', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    const batch = a.writeBatch();
    for (const run of [
      () => a.tryWrite(FILLED),
      () => a.write(FILLED),
      () => a.writeSync(FILLED),
      () => a.writeBatch(),
      () => a.canWrite(8),
      () => a.waitReady(8),
    ]) {
      assert.ok((await thrownBy(run)) instanceof TypeError, String(run));
    }
    batch.commit();
    assert.throws(() => batch.tryWrite(FILLED), TypeError);
    assert.throws(() => batch.canWrite(8), TypeError);
    assert.throws(() => batch.revert(), TypeError);
    a.tryWrite(FILLED);
    const reading = b.tryReadBatch()!;
    const packet = reading.next()!;
    for (const run of [
      () => b.tryRead(),
      () => b.read(),
      () => b.readSync(),
      () => b.tryReadBatch(),
      () => b.readBatch(),
      () => b.reader.waitReady(),
      () => packet.revert(),
    ]) {
      assert.ok((await thrownBy(run)) instanceof TypeError, String(run));
    }
    b.reader.release();
    assert.equal(packet.isReleased, false);
    reading.commit();
    assert.throws(() => reading.next(), TypeError);
    assert.throws(() => reading.revert(), TypeError);
  });

  it('refuses a second read while one is pending', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    const pending = b.read();
    for (const run of [() => b.tryRead(), () => b.read(), () => b.readSync(), () => b.readBatch()]) {
      assert.ok((await thrownBy(run)) instanceof TypeError, String(run));
    }
    a.tryWrite(FILLED);
    assert.equal((await pending).payloadLength, 24);
    assert.equal(b.tryRead(), null);
  });

  it('refuses the use of a packet that was given back', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    a.tryWrite(FILLED);
    const packet = await b.read();
    packet.release();
    for (const run of [
      () => packet.readAll(),
      () => packet.reader(),
      () => packet.view(),
      () => packet.typ,
      () => packet.payloadLength,
      () => packet.transactionId,
      () => packet.completionRequested,
      () => packet.readInto(new Uint8Array(24)),
      () => packet.revert(),
    ]) {
      assert.throws(run, TypeError, String(run));
    }
  });

  it('refuses a second user of a channel, and a closed channel', async () => {
    const [a, b] = connectedChannels({ ringBytes: 4096 });
    assert.equal(new Queue(a).channel, a);
    assert.throws(() => new Queue(a), /used by a Queue already/);
    b.close();
    assert.ok((await thrownBy(() => new Queue(b))) instanceof Error);
  });

  const WRONG: readonly unknown[] = [
    undefined,
    null,
    7,
    'text',
    [Uint8Array.of(1)],
    new ArrayBuffer(8),
    new DataView(new ArrayBuffer(8)),
    new Uint16Array(2),
    { payload: 'text' },
    { payload: [1] },
    { payload: new ArrayBuffer(8) },
    { transactionId: -1 },
    { transactionId: 1.5 },
    { transactionId: '7' },
    { transactionId: 2n ** 64n },
    { typ: 6 },
    { typ: { kind: 'none' } },
    { typ: OutgoingPacketType.TransferPages(65536, []) },
    new Uint8Array(4065),
    { payload: [new Uint8Array(4000), new Uint8Array(65)] },
  ];
  for (const [i, wrong] of WRONG.entries()) {
    it(`writes nothing of what is no packet (${i})`, async () => {
      const packet = wrong as Sendable;
      const [a, b] = connectedQueues({ ringBytes: 4096 });
      const inBatch = (): void => {
        const batch = a.writeBatch();
        try {
          batch.tryWrite(packet);
        } finally {
          batch[Symbol.dispose]();
        }
      };
      const runs = [() => a.tryWrite(packet), () => a.write(packet), () => a.writeSync(packet), inBatch];
      for (const run of runs) assertMistake(await thrownBy(run, String(run)));
      assert.equal(a.inspect().outgoing.filledBytes, 0);
      assert.ok(a.tryWrite(LARGE));
      const waiting = thrownBy(() => a.write(packet));
      const behind = a.write(FILLED);
      (await b.read()).release();
      assertMistake(await waiting);
      await behind;
      assert.equal(a.inspect().outgoing.packets, 2);
      assertNothingAsked(a);
    });
  }

  for (const [name, lengths] of [
    ['longer', [8, 8, 24]],
    ['shorter', [24, 24, 8]],
    ['no bytes at all', [8, 8, null]],
  ] as const) {
    it(`leaves nothing behind of a payload that becomes ${name} while it is written`, () => {
      const [a, b] = connectedQueues({ ringBytes: 4096 });
      const batch = a.writeBatch();
      assert.ok(batch.tryWrite(Uint8Array.of(1)));
      let looks = 0;
      const pieces = [new Uint8Array(0)];
      Object.defineProperty(pieces, 0, {
        get: () => {
          const length = lengths[Math.min(++looks, 2)] ?? null;
          return length === null ? null : new Uint8Array(length);
        },
      });
      assert.throws(() => batch.tryWrite({ payload: pieces }), assertMistake);
      assert.ok(batch.tryWrite(Uint8Array.of(2)));
      batch.commit();
      assert.deepEqual([b.tryRead()?.view()?.[0], b.tryRead()?.view()?.[0], b.tryRead()], [1, 2, null]);
    });
  }

  it('refuses times that are none, whether there is something to wait for or not', async () => {
    const [a, b] = connectedQueues({ ringBytes: 4096 });
    for (const timeoutMs of [-1, Number.NaN, '5' as unknown as number]) {
      const mistake = typeof timeoutMs === 'number' ? RangeError : TypeError;
      for (const run of [
        () => a.write(LARGE, { timeoutMs }),
        () => a.writeSync(LARGE, timeoutMs),
        () => b.read({ timeoutMs }),
        () => b.readSync(timeoutMs),
        () => b.readBatch({ timeoutMs }),
        () => a.waitReady(8, { timeoutMs }),
      ]) {
        assert.ok((await thrownBy(run)) instanceof mistake, `${timeoutMs}: ${String(run)}`);
      }
    }
    assert.ok(a.tryWrite(LARGE));
    await thrownBy(() => a.writeSync(LARGE, -1));
    assertNothingAsked(a);
    (await b.read()).release();
    assert.ok(a.tryWrite(LARGE), 'nobody was left in line');
  });

  it('refuses sizes that no ring has', () => {
    for (const ringBytes of [0, 4095, -4096, 2 ** 31, Number.NaN]) {
      assert.throws(() => connectedQueues({ ringBytes }), Error, String(ringBytes));
    }
  });
});

function assertMistake(error: unknown): true {
  assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
  return true;
}
