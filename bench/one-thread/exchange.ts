import assert from 'node:assert/strict';
import {
  Full,
  IncomingPacket,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  readInto,
  receiveInto,
  type RingMem,
  sendFrom,
  writeFrom,
} from '../../src/index.ts';

/** Something that moves packets in batches from one array of the caller's to another. */
export interface Exchange {
  /** Begins anew on an empty ring: others may have used its memory meanwhile. */
  open(): void;
  /** A batch there and back, so many times. */
  run(times: number): void;
  /** The same by the same code, with other bytes in each batch. Throws where they do not arrive. */
  verify(number: number): void;
}

/** The two arrays of an exchange. */
export interface Arrays {
  readonly source: Uint8Array;
  readonly target: Uint8Array;
}

/** Arrays of the caller's own. */
export function ownArrays(payloadBytes: number): Arrays {
  return { source: new Uint8Array(payloadBytes), target: new Uint8Array(payloadBytes) };
}

/** Puts other bytes into the source, runs, and compares. */
export function verifyArrays({ source, target }: Arrays, number: number, run: (times: number) => void): void {
  for (let i = 0; i < source.length; i++) source[i] = i * 31 + number;
  target.fill(0);
  run(1);
  assert.ok(target.length > 0 && Buffer.compare(target, source) === 0, 'what arrived is not what was sent');
}

/** Both ends of one ring, opened anew. */
class RingEnds {
  readonly outgoing: OutgoingRing;
  readonly incoming: IncomingRing;
  readonly writes: ReturnType<OutgoingRing['outgoing']>;
  readonly reads: ReturnType<IncomingRing['incoming']>;
  readonly packet: { readonly transactionId: number; readonly size: number; readonly typ: OutgoingPacketType };
  readonly received: IncomingPacket = new IncomingPacket();

  constructor(memory: RingMem, payloadBytes: number) {
    memory.control().fill(0);
    this.outgoing = new OutgoingRing(memory);
    this.incoming = new IncomingRing(memory);
    this.writes = this.outgoing.outgoing();
    this.reads = this.incoming.incoming();
    this.packet = { transactionId: 0, size: payloadBytes, typ: OutgoingPacketType.InBandNoCompletion };
  }
}

/** Write a batch of in-band packets out of the caller's array, commit, read them into the caller's array, commit. */
export class RingExchange implements Exchange {
  protected readonly arrays: Arrays;
  protected ends: RingEnds;
  readonly #memory: RingMem;
  readonly #batch: number;

  constructor(memory: RingMem, payloadBytes: number, batch: number, arrays: Arrays = ownArrays(payloadBytes)) {
    this.#memory = memory;
    this.arrays = arrays;
    this.#batch = batch;
    this.ends = new RingEnds(memory, payloadBytes);
  }

  open(): void {
    this.ends = new RingEnds(this.#memory, this.arrays.source.length);
  }

  run(times: number): void {
    const { outgoing, incoming, writes, reads, packet, received } = this.ends;
    const { source, target } = this.arrays;
    const batch = this.#batch;
    for (; times > 0; times--) {
      for (let i = 0; i < batch; i++) {
        if (writeFrom(outgoing, writes, packet, source) !== null) throw new Error('the ring is full');
      }
      outgoing.commitWrite(writes);
      for (let i = 0; i < batch; i++) {
        if (readInto(incoming, reads, received, target) === null) throw new Error('the ring is empty');
      }
      incoming.commitRead(reads);
    }
  }

  verify(number: number): void {
    verifyArrays(this.arrays, number, (times) => this.run(times));
  }
}

/** One packet by one call, and back by another: as `RingExchange` with batches of one does in four. */
export class SingleExchange extends RingExchange {
  constructor(memory: RingMem, payloadBytes: number, arrays: Arrays = ownArrays(payloadBytes)) {
    super(memory, payloadBytes, 1, arrays);
  }

  override run(times: number): void {
    const { outgoing, incoming, writes, reads, packet, received } = this.ends;
    const { source, target } = this.arrays;
    for (; times > 0; times--) {
      if (sendFrom(outgoing, writes, packet, source) instanceof Full) throw new Error('the ring is full');
      if (receiveInto(incoming, reads, received, target) === null) throw new Error('the ring is empty');
    }
  }
}

/** As `RingExchange`, with payloads that are written and read in place: no byte of them is touched, but where it is verified. */
export class InPlaceExchange implements Exchange {
  readonly #memory: RingMem;
  readonly #payloadBytes: number;
  readonly #batch: number;
  #ends: RingEnds;

  constructor(memory: RingMem, payloadBytes: number, batch: number) {
    this.#memory = memory;
    this.#payloadBytes = payloadBytes;
    this.#batch = batch;
    this.#ends = new RingEnds(memory, payloadBytes);
  }

  open(): void {
    this.#ends = new RingEnds(this.#memory, this.#payloadBytes);
  }

  run(times: number): void {
    for (; times > 0; times--) this.#pass(-1);
  }

  verify(number: number): void {
    this.#pass(number);
  }

  #pass(number: number): void {
    const { outgoing, incoming, writes, reads, packet, received } = this.#ends;
    const batch = this.#batch;
    for (let i = 0; i < batch; i++) {
      const range = outgoing.write(writes, packet);
      if (range instanceof Full) throw new Error('the ring is full');
      if (number >= 0) range.writer(outgoing).fill((number + i) & 0xff, range.length);
    }
    outgoing.commitWrite(writes);
    for (let i = 0; i < batch; i++) {
      if (incoming.read(reads, received) === null) throw new Error('the ring is empty');
      if (number < 0) continue;
      const bytes = received.payload.reader(incoming).readAll();
      assert.ok(
        bytes.length === packet.size && bytes.every((byte) => byte === ((number + i) & 0xff)),
        'what arrived is not what was sent',
      );
    }
    incoming.commitRead(reads);
  }
}
