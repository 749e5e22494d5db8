import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import {
  AccessError,
  ChannelError,
  connectedQueues,
  GpaRangeError,
  OutgoingPacketType,
  type PacketRef,
  PagedRange,
  type Queue,
  VmbusRingError,
} from '../../src/index.ts';
import { checkAsyncProperty } from '../support/property.ts';

/** What the peer owns of the two rings: all data, and half of each control page. */
const PEER_WORDS = { outgoing: [1, 2], incoming: [0, 3, 16] } as const;

const wordArbitrary = fc.oneof(
  fc.nat(8192),
  fc.nat(511).map((units) => units * 8),
  fc.constantFrom(0, 1, 4095, 4096, 2 ** 31, 2 ** 32 - 1),
  fc.nat(2 ** 32 - 1),
);

/** A packet header, true or nearly so, at some place. */
const headerArbitrary = fc
  .tuple(fc.constantFrom(6, 7, 9, 11, 0, 10), fc.nat(12), fc.nat(40), fc.constantFrom(0, 1, 2, 0xffff))
  .map((words) => new Uint8Array(Uint16Array.from(words).buffer));

const stepArbitrary = fc.oneof(
  fc.record({ kind: fc.constant('turn' as const) }),
  fc.record({
    kind: fc.constant('word' as const),
    ring: fc.constantFrom('incoming' as const, 'outgoing' as const),
    which: fc.nat(2),
    value: wordArbitrary,
  }),
  fc.record({
    kind: fc.constant('bytes' as const),
    at: fc.nat(511),
    bytes: fc.oneof(headerArbitrary, fc.uint8Array({ maxLength: 16 })),
  }),
  fc.record({ kind: fc.constant('raise' as const) }),
  fc.record({ kind: fc.constant('peer' as const), what: fc.nat(3), size: fc.nat(600) }),
  fc.record({ kind: fc.constant('ours' as const), what: fc.nat(9), size: fc.nat(4064) }),
);

/** Everything that a packet can be asked for. */
function look(packet: PacketRef | null): void {
  if (packet === null) return;
  assert.ok(packet.payloadLength <= 4096);
  assert.equal(packet.readAll().length, packet.payloadLength);
  packet.view();
  if (packet.typ.kind === 'TransferPages') packet.readTransferRanges(PagedRange.of(0, 8192, [1n, 2n]));
  else packet.readExternalRanges();
}

/** What our side does; each may fail, in the ways that are named. */
const OURS: readonly ((queue: Queue, size: number, signal: AbortSignal) => unknown)[] = [
  (queue) => look(queue.tryRead()),
  async (queue, _, signal) => look(await queue.read({ signal })),
  async (queue, _, signal) => {
    const batch = await queue.readBatch({ signal });
    try {
      let packets = 0;
      for (const packet of batch) {
        look(packet);
        assert.ok(++packets <= 4096 / 24, 'more than a ring holds');
      }
    } finally {
      batch[Symbol.dispose]();
    }
  },
  (queue, _, signal) => queue.reader.waitReady({ signal }),
  (queue) => queue.reader.release(),
  (queue, size) => queue.tryWrite(new Uint8Array(size)),
  (queue, size, signal) => queue.write(new Uint8Array(size), { signal }),
  (queue, size, signal) => queue.waitReady(size, { signal }),
  (queue, size) => {
    const batch = queue.writeBatch();
    try {
      for (let i = 0; i < 3; i++) batch.tryWrite(new Uint8Array(size));
    } finally {
      batch[Symbol.dispose]();
    }
  },
  (queue) => queue.inspect(),
];

/** What steps that know nothing of each other do wrong themselves: there is one reader at a time. */
const OUR_MISTAKES =
  /^(another read is pending|a batch is open: commit it first|this packet was given back to the writer.*)$/;

function isExpected(error: unknown, signal: AbortSignal): boolean {
  return (
    error instanceof VmbusRingError ||
    error instanceof ChannelError ||
    error instanceof GpaRangeError ||
    error instanceof AccessError ||
    (error instanceof TypeError && OUR_MISTAKES.test(error.message)) ||
    (signal.aborted && error === signal.reason)
  );
}

it('whatever a peer scribbles, between any two steps: errors with names, and nothing that hangs', async (t) => {
  let corrupt = 0;
  const property = fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 80, size: 'max' }), async (steps) => {
    const [queue, peer] = connectedQueues({ ringBytes: 4096 });
    const controller = new AbortController();
    const { signal } = controller;
    const unexpected: unknown[] = [];
    const operations: Promise<unknown>[] = [];
    const judge = (error: unknown): void => {
      if (!isExpected(error, signal)) unexpected.push(error);
    };
    for (const step of steps) {
      if (step.kind === 'turn') await turn();
      else if (step.kind === 'word') {
        const words = PEER_WORDS[step.ring];
        Atomics.store(queue.channel[step.ring].mem().control(), words[step.which % words.length]!, step.value | 0);
      } else if (step.kind === 'bytes') queue.channel.incoming.mem().writeAt(step.at * 8, step.bytes);
      else if (step.kind === 'raise') peer.channel.signal.notify();
      else if (step.kind === 'peer') actAsPeer(peer, step.what, step.size);
      else {
        try {
          operations.push(Promise.resolve(OURS[step.what]!(queue, step.size, signal)).catch(judge));
        } catch (error) {
          judge(error);
        }
      }
      if (queue.channel.isClosed) {
        corrupt++;
        break;
      }
    }
    controller.abort();
    await Promise.all(operations);
    assert.deepEqual(unexpected, []);
    assert.equal(queue.inspect().outgoing.control.pendingSendSize, 0);
    queue.close();
    const failure = await queue.channel.closed;
    assert.ok(failure === null || failure instanceof VmbusRingError, String(failure));
  });
  await checkAsyncProperty(t, property, 1500);
  assert.ok(corrupt > 0);
});

/** Now and then the peer does the right thing; what becomes of that is its own affair. */
function actAsPeer(peer: Queue, what: number, size: number): void {
  const packets = [
    {},
    { typ: OutgoingPacketType.GpaDirect([PagedRange.of(1, 4096, [3n, 4n])]) },
    { typ: OutgoingPacketType.TransferPages(1, [{ byteCount: 9000, byteOffset: 0 }]) },
  ];
  try {
    if (what === 3) peer.tryRead()?.release();
    else peer.tryWrite({ payload: new Uint8Array(size), ...packets[what] });
  } catch (error) {
    assert.ok(error instanceof VmbusRingError || error instanceof ChannelError, String(error));
  }
}
