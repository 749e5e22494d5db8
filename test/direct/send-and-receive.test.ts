import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  accelerateMemory,
  FlatRingMem,
  Full,
  IncomingPacket,
  IncomingRing,
  type IncomingOffset,
  type OutgoingOffset,
  type OutgoingPacket,
  OutgoingPacketType,
  OutgoingRing,
  PagedRange,
  readInto,
  receiveInto,
  type SharedWasmMemory,
  sendFrom,
  writeFrom,
} from '../../src/index.ts';
import { allocateShared } from '../../src/transport/threads/shared-memory.ts';
import { announceSeed } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';

// `sendFrom` and `receiveInto` against what they are said to be the same as: two rings get the same operations, on one of them in one call
// and on the other in two, and hold the same bytes after each.

const RING_BYTES = 4096;
const ARRAYS = 8192;
const LENGTHS = [0, 1, 8, 8, 8, 13, 40, 40, 120, 128, 136, 200, 384, 392, 904];
const ROUNDS = 6000;

/** One of the two rings, and arrays in its memory and elsewhere. */
class Twin {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly outgoing: OutgoingRing;
  readonly incoming: IncomingRing;
  readonly writes: OutgoingOffset;
  readonly reads: IncomingOffset;
  readonly received = new IncomingPacket();
  readonly #arrays = new Map<string, Uint8Array>();

  constructor(kind: 'wasm' | 'flat') {
    const buffer = kind === 'wasm' ? acceleratedBuffer() : new SharedArrayBuffer(131_072);
    const memory = new FlatRingMem(RING_BYTES, buffer);
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.outgoing = new OutgoingRing(memory);
    this.incoming = new IncomingRing(memory);
    this.writes = this.outgoing.outgoing();
    this.reads = this.incoming.incoming();
  }

  /** The same array each time, in the ring's memory or not; `which` of two that are as long. */
  array(name: 'source' | 'target', inside: boolean, length: number, which = 0): Uint8Array {
    const key = `${name} ${inside} ${length} ${which}`;
    let array = this.#arrays.get(key);
    if (array === undefined) {
      const at = ARRAYS + (name === 'source' ? 0 : 16_384) + 32_768 * which + 1024 * LENGTHS.indexOf(length);
      array = inside ? this.bytes.subarray(at, at + length) : new Uint8Array(length);
      this.#arrays.set(key, array);
    }
    return array;
  }

  ring(): Uint8Array {
    return this.bytes.slice(0, 4096 + RING_BYTES);
  }
}

function acceleratedBuffer(): ArrayBufferLike {
  const memory = allocateShared(131_072) as SharedWasmMemory;
  assert.equal(accelerateMemory(memory), true);
  return memory.buffer;
}

/** What a call returned, or what it threw. */
function outcome(run: () => unknown): unknown {
  try {
    const result = run();
    return result instanceof Full ? `full: ${result.size}` : result;
  } catch (error) {
    return String(error);
  }
}

function randomPacket(random: Xorshift, size: number): OutgoingPacket {
  const odd = [2n ** 63n + 5n, 2 ** 40 + 7, 2 ** 53 - 1, -1, 0.5];
  const id = random.below(4) === 0 ? odd[random.below(odd.length)]! : random.next();
  const { InBandNoCompletion, InBandWithCompletion, Completion, GpaDirect } = OutgoingPacketType;
  const kinds = [InBandNoCompletion, InBandWithCompletion, Completion, GpaDirect([PagedRange.of(1, 5000, [3n, 9n])])];
  return { transactionId: id, size: random.below(50) === 0 ? size + 8 : size, typ: kinds[random.below(4)]! };
}

for (const kind of ['wasm', 'flat'] as const) {
  describe(`a packet a call, ${kind}`, () => {
    it('is the same as a packet in two', (t) => {
      const seed = announceSeed(t);
      const random = new Xorshift(seed);
      const [one, two] = [new Twin(kind), new Twin(kind)];
      let [sent, received, signals] = [0, 0, 0];
      for (let i = 0; i < ROUNDS; i++) {
        const inside = random.below(2) === 0;
        const length = LENGTHS[random.below(LENGTHS.length)]!;
        const repeats = 1 + random.below(4);
        const mask = random.below(2);
        const pending = random.below(3) === 0 ? random.below(RING_BYTES) : 0;
        for (const { words } of [one, two]) {
          words[2] = mask;
          words[3] = pending;
        }
        if (random.below(2) === 0) {
          const packet = randomPacket(random, length);
          const payload = random.bytes(length);
          const extra = random.below(4) === 0;
          const other = random.below(4) === 0;
          for (let k = 0; k < repeats; k++) {
            payload[0] = k;
            const [a, b] = [one, two].map((twin) => {
              const source = twin.array('source', inside, length, other ? k & 1 : 0);
              source.set(payload);
              if (extra) outcome(() => writeFrom(twin.outgoing, twin.writes, packet, source));
              return { twin, source };
            });
            const actual = outcome(() => sendFrom(one.outgoing, one.writes, packet, a!.source));
            const before = two.writes.inspect().committedIn;
            const expected = outcome(() => {
              const full = writeFrom(two.outgoing, two.writes, packet, b!.source);
              return full ?? two.outgoing.commitWrite(two.writes);
            });
            assert.equal(actual, expected);
            if (two.writes.inspect().committedIn !== before) sent++;
            if (actual === true) signals++;
          }
        } else {
          // Most fit then.
          const room = random.below(4) === 0 ? length : 904;
          const extra = random.below(4) === 0;
          for (let k = 0; k < repeats; k++) {
            for (const { incoming, reads, received: into } of extra ? [one, two] : [])
              outcome(() => incoming.read(reads, into));
            const actual = outcome(() =>
              receiveInto(one.incoming, one.reads, one.received, one.array('target', inside, room)),
            );
            const target = two.array('target', inside, room);
            const expected = outcome(() =>
              readInto(two.incoming, two.reads, two.received, target) === null
                ? null
                : two.incoming.commitRead(two.reads),
            );
            assert.equal(actual, expected);
            if (typeof actual !== 'boolean') continue;
            received++;
            if (actual) signals++;
            assert.deepEqual(one.received, two.received);
            assert.equal(Buffer.compare(one.array('target', inside, room), target), 0, 'another payload');
          }
        }
        // A ring that is full of what is not published would stay so.
        if (random.below(3) === 0) for (const { outgoing, writes } of [one, two]) outgoing.commitWrite(writes);
        assert.deepEqual(one.writes.inspect(), two.writes.inspect());
        assert.deepEqual(one.reads.inspect(), two.reads.inspect());
        assert.equal(Buffer.compare(one.ring(), two.ring()), 0, `round ${i}: the rings differ`);
      }
      assert.ok(sent > 500 && received > 500 && signals > 10, `${sent} sent, ${received} received, ${signals} signals`);
    });

    it('is not sent while a payload is unwritten, and not received by an in that cannot be one', () => {
      const { outgoing, incoming, writes, reads, received, words, array } = bound(new Twin(kind));
      const [source, target] = [array('source', true, 8), array('target', true, 8)];
      const packet = { transactionId: 1, size: 8, typ: OutgoingPacketType.InBandNoCompletion };
      for (let i = 0; i < 3; i++) {
        assert.ok(!(sendFrom(outgoing, writes, packet, source) instanceof Full));
        assert.notEqual(receiveInto(incoming, reads, received, target), null);
      }
      const range = outgoing.write(writes, packet);
      assert.ok(!(range instanceof Full));
      range.writer(outgoing);
      const before = writes.inspect();
      assert.throws(() => sendFrom(outgoing, writes, packet, source), RangeError);
      assert.deepEqual(writes.inspect(), before);
      writes.revert();

      sendFrom(outgoing, writes, packet, source);
      const valid = words[0]!;
      for (const wrong of [valid + 4, RING_BYTES, RING_BYTES + valid, -8]) {
        words[0] = wrong;
        const at = reads.inspect();
        assert.throws(() => receiveInto(incoming, reads, received, target), { code: 'InvalidRingPointer' });
        assert.deepEqual(reads.inspect(), at);
      }
      words[0] = valid;
      assert.notEqual(receiveInto(incoming, reads, received, target), null);
    });

    it('has the bytes of the array that was given, whichever was given before', () => {
      const { outgoing, incoming, writes, reads, received, array } = bound(new Twin(kind));
      for (const length of [8, 40, 200, 904]) {
        const packet = { transactionId: 1, size: length, typ: OutgoingPacketType.InBandNoCompletion };
        for (const inside of [true, false]) {
          const pairs = [0, 1].map((which) => ({
            source: array('source', inside, length, which),
            target: array('target', inside && which === 0, length, which),
          }));
          for (let i = 0; i < 24; i++) {
            // 0 0 0 1 1 1 0 1: seen again and again, and in turn.
            const { source, target } = pairs[[0, 0, 0, 1, 1, 1, 0, 1][i % 8]!]!;
            source.fill(i + 1);
            const sent = i % 3 === 0 ? writeFrom(outgoing, writes, packet, source) : null;
            assert.ok(!(sent instanceof Full));
            if (sent === null && i % 3 === 0) outgoing.commitWrite(writes);
            else assert.ok(!(sendFrom(outgoing, writes, packet, source) instanceof Full));
            assert.notEqual(receiveInto(incoming, reads, received, target), null);
            assert.ok(
              target.every((byte) => byte === i + 1),
              `${length} bytes, the packet ${i}`,
            );
          }
        }
      }
    });

    it('has its id whole, and none that cannot be one', () => {
      const { outgoing, incoming, writes, reads, received, array } = bound(new Twin(kind));
      const [source, target] = [array('source', true, 8), array('target', true, 8)];
      const typ = OutgoingPacketType.Completion;
      for (const transactionId of [1, 2, 3, 2 ** 32 - 1, 2 ** 40 + 7, 2n ** 64n - 1n]) {
        assert.ok(!(sendFrom(outgoing, writes, { transactionId, size: 8, typ }, source) instanceof Full));
        receiveInto(incoming, reads, received, target);
        assert.equal(received.transactionId, BigInt(transactionId));
      }
      for (const transactionId of [-1, 0.5, 2 ** 53, Number.NaN, 2n ** 64n]) {
        assert.throws(() => sendFrom(outgoing, writes, { transactionId, size: 8, typ }, source), RangeError);
      }
    });

    it('is refused by a ring that the offset is not of', () => {
      const [first, second] = [bound(new Twin(kind)), bound(new Twin(kind))];
      const packet = { transactionId: 1, size: 8, typ: OutgoingPacketType.InBandNoCompletion };
      for (const { outgoing, writes, array } of [first, second]) {
        for (let i = 0; i < 3; i++) sendFrom(outgoing, writes, packet, array('source', true, 8));
      }
      for (const { incoming, reads, received, array } of [first, second]) {
        for (let i = 0; i < 2; i++) receiveInto(incoming, reads, received, array('target', true, 8));
      }
      const source = second.array('source', true, 8);
      const target = second.array('target', true, 8);
      assert.throws(() => sendFrom(second.outgoing, first.writes, packet, source), TypeError);
      assert.throws(() => receiveInto(second.incoming, first.reads, first.received, target), TypeError);
      // Nor where the offset is at the end of its own ring, and the other one has a packet right there.
      receiveInto(first.incoming, first.reads, first.received, first.array('target', true, 8));
      sendFrom(second.outgoing, second.writes, packet, source);
      assert.throws(() => receiveInto(second.incoming, first.reads, first.received, target), TypeError);
    });

    it('is refused where the array has other bytes than it had, or than the packet is to have', () => {
      const { outgoing, incoming, writes, reads, received, array } = bound(new Twin(kind));
      const typ = OutgoingPacketType.InBandNoCompletion;
      for (const inside of [true, false]) {
        const [source, target] = [array('source', inside, 8), array('target', inside, 8)];
        for (let i = 0; i < 3; i++) {
          sendFrom(outgoing, writes, { transactionId: 1, size: 8, typ }, source);
          assert.equal(receiveInto(incoming, reads, received, target), false);
        }
        for (const size of [0, 7, 9, 16]) {
          assert.throws(() => sendFrom(outgoing, writes, { transactionId: 1, size, typ }, source), RangeError);
        }
        sendFrom(outgoing, writes, { transactionId: 1, size: 8, typ }, source);
        const [sent, here] = [writes.inspect(), reads.inspect()];
        if (!inside) {
          for (const { buffer } of [source, target]) structuredClone(null, { transfer: [buffer as ArrayBuffer] });
          assert.throws(() => sendFrom(outgoing, writes, { transactionId: 1, size: 8, typ }, source), RangeError);
          assert.throws(() => receiveInto(incoming, reads, received, target), RangeError);
          assert.deepEqual([writes.inspect(), reads.inspect().nextOut], [sent, here.nextOut]);
        } else assert.equal(receiveInto(incoming, reads, received, target), false);
      }
    });
  });
}

it('a packet of more than the format holds is refused, in the largest ring and the memory of it', () => {
  const memory = allocateShared(4 << 20) as SharedWasmMemory;
  assert.equal(accelerateMemory(memory), true);
  const ring = new FlatRingMem(2 << 20, memory.buffer);
  const outgoing = new OutgoingRing(ring);
  const writes = outgoing.outgoing();
  const typ = OutgoingPacketType.InBandNoCompletion;
  for (const size of [524_264, 524_265, 524_272, 1 << 20]) {
    const source = new Uint8Array(memory.buffer, 3 << 20, size);
    for (let i = 0; i < 2; i++) ring.readAt(0, source);
    for (let i = 0; i < 2; i++) ring.writeAt(0, source);
    const send = (): boolean | Full => sendFrom(outgoing, writes, { transactionId: 1, size, typ }, source);
    if (size === 524_264) assert.equal(send(), true);
    else assert.throws(send, { name: 'InvalidPacketError' });
  }
});

function bound(twin: Twin): Twin {
  twin.array = twin.array.bind(twin);
  return twin;
}
