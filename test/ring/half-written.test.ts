import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  FlatRingMem,
  Full,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  type RingMem,
  type RingRange,
} from '../../src/index.ts';

class Writer {
  readonly memory: FlatRingMem = new FlatRingMem(4096);
  readonly outgoing: OutgoingRing;
  readonly incoming: IncomingRing = new IncomingRing(this.memory);
  readonly offset: ReturnType<OutgoingRing['outgoing']>;

  constructor(general: boolean) {
    // A memory of somebody else's, which calls ours: rings cannot know where its bytes are.
    const { memory } = this;
    const foreign: RingMem = {
      length: memory.length,
      control: () => memory.control(),
      readAt: (addr, data) => memory.readAt(addr, data),
      writeAt: (addr, data) => memory.writeAt(addr, data),
    };
    this.outgoing = new OutgoingRing(general ? foreign : memory);
    this.offset = this.outgoing.outgoing();
  }

  packet(size: number): RingRange {
    const range = this.outgoing.write(this.offset, {
      transactionId: 0,
      size,
      typ: OutgoingPacketType.InBandNoCompletion,
    });
    assert.ok(!(range instanceof Full));
    return range;
  }

  assertRefused(bytes: number): void {
    assert.throws(() => this.outgoing.commitWrite(this.offset), {
      name: 'RangeError',
      message: `${bytes} bytes of payload are not written yet`,
    });
    assert.equal(this.incoming.canRead(this.incoming.incoming()), false, 'nothing is published');
  }
}

for (const general of [false, true]) {
  describe(`a payload that is half written, ${general ? 'on a general memory' : 'in a window'}`, () => {
    it('is not published until the rest is there', () => {
      const writer = new Writer(general);
      const payload = writer.packet(10).writer(writer.outgoing);
      writer.assertRefused(10);
      payload.write(new Uint8Array(4));
      writer.assertRefused(6);
      payload.fill(1, 5);
      writer.assertRefused(1);
      payload.zero(1);
      writer.outgoing.commitWrite(writer.offset);
      assert.equal(writer.incoming.canRead(writer.incoming.incoming()), true);
    });

    it('holds up the batch that it is in', () => {
      const writer = new Writer(general);
      writer.packet(8).writer(writer.outgoing).write(new Uint8Array(8));
      const second = writer.packet(8).writer(writer.outgoing);
      writer.packet(8).writer(writer.outgoing).write(new Uint8Array(8));
      writer.assertRefused(8);
      second.zero(8);
      writer.outgoing.commitWrite(writer.offset);
    });

    it('is forgotten when the writes are taken back', () => {
      const writer = new Writer(general);
      writer.packet(8).writer(writer.outgoing);
      writer.offset.revert();
      writer.packet(8).writer(writer.outgoing).zero(8);
      writer.outgoing.commitWrite(writer.offset);
    });

    it('is forgotten when writing begins anew, on another offset', () => {
      const writer = new Writer(general);
      writer.packet(8).writer(writer.outgoing);
      const offset = writer.outgoing.outgoing();
      const packet = { transactionId: 0, size: 8, typ: OutgoingPacketType.InBandNoCompletion };
      const range = writer.outgoing.write(offset, packet);
      assert.ok(!(range instanceof Full));
      range.writer(writer.outgoing).zero(8);
      writer.outgoing.commitWrite(offset);
      assert.equal(writer.incoming.canRead(writer.incoming.incoming()), true);
    });

    it('counts for nothing any more when its writer goes on after that', () => {
      for (const giveUp of [
        (writer: Writer): void => writer.offset.revert(),
        (writer: Writer): unknown => writer.outgoing.outgoing(),
      ]) {
        const writer = new Writer(general);
        const left = writer.packet(16).writer(writer.outgoing);
        giveUp(writer);
        left.zero(8);
        const next = writer.packet(8).writer(writer.outgoing);
        left.zero(8);
        writer.assertRefused(8);
        next.zero(8);
        writer.outgoing.commitWrite(writer.offset);
      }
    });

    it('is not one where no writer was made', () => {
      const writer = new Writer(general);
      writer.packet(0);
      writer.packet(8);
      writer.outgoing.commitWrite(writer.offset);
    });
  });
}
