import assert from 'node:assert/strict';
import {
  Full,
  type IncomingOffset,
  type IncomingPacket,
  IncomingRing,
  type OutgoingOffset,
  OutgoingPacketType,
  OutgoingRing,
  type RingRange,
} from '../../src/index.ts';
import { FLAT_MEMORY, type MemoryKind, type TestMemory } from '../support/memories.ts';

/** What most tests of one end need: a ring with both of its ends open, and an offset for each. */
export class Exchange {
  readonly memory: TestMemory;
  readonly outgoing: OutgoingRing;
  readonly incoming: IncomingRing;
  readonly write: OutgoingOffset;
  readonly read: IncomingOffset;

  /** A ring that is empty, with `in` and `out` at `start`. */
  constructor(length: number, kind: MemoryKind = FLAT_MEMORY, start = 0) {
    this.memory = kind.make(length);
    this.memory.control()[0] = start;
    this.memory.control()[1] = start;
    this.outgoing = new OutgoingRing(this.memory.memory);
    this.incoming = new IncomingRing(this.memory.memory);
    this.write = this.outgoing.outgoing();
    this.read = this.incoming.incoming();
  }

  /** Writes a packet without committing it. Where there is no room, it says so and writes nothing. */
  put(
    payload: Uint8Array | number,
    typ: OutgoingPacketType = OutgoingPacketType.InBandNoCompletion,
    transactionId: bigint | number = 0,
  ): RingRange | Full {
    const bytes = typeof payload === 'number' ? new Uint8Array(payload) : payload;
    const range = this.outgoing.write(this.write, { transactionId, size: bytes.length, typ });
    if (!(range instanceof Full)) range.writer(this.outgoing).write(bytes);
    return range;
  }

  /** Writes a packet and commits it. True if the reader wants a signal. There has to be room. */
  send(payload: Uint8Array | number, typ?: OutgoingPacketType, transactionId?: bigint | number): boolean {
    assert.ok(!(this.put(payload, typ, transactionId) instanceof Full), 'the ring is full');
    return this.outgoing.commitWrite(this.write);
  }

  /** Reads a packet without committing. There has to be one. */
  take(): IncomingPacket {
    const packet = this.incoming.read(this.read);
    assert.ok(packet !== null, 'the ring is empty');
    return packet;
  }

  /** Reads a packet's payload and commits. */
  receive(): { payload: Uint8Array; signal: boolean } {
    const payload = this.take().payload.reader(this.incoming).readAll();
    return { payload, signal: this.incoming.commitRead(this.read) };
  }
}
