import { type IncomingPacket, type IncomingRing, OutgoingPacketType, type RingMem } from '../../src/index.ts';
import type { Mover } from './mover.ts';
import { RingLane } from './ring-lane.ts';
import { Messages } from './work.ts';

/** What the packets are, and what the reader does beside taking the payload. */
export interface PacketKind {
  /** Made once, as drivers do. */
  readonly typ: OutgoingPacketType;
  /** Takes the ranges out of the packet, where the reader is to. */
  readonly readRanges: ((ring: IncomingRing, packet: IncomingPacket) => unknown) | null;
  /** Throws unless the packet is of this kind, with the ranges that were sent. */
  check(ring: IncomingRing, packet: IncomingPacket): void;
}

/** Data that nobody answers. */
export const IN_BAND: PacketKind = {
  typ: OutgoingPacketType.InBandNoCompletion,
  readRanges: null,
  check: (_ring, { typ: { kind } }) => {
    if (kind !== 'InBand') throw new Error(`a packet of kind ${kind} came`);
  },
};

/** Both ends of one ring: write a batch from a buffer of the caller's, commit, read it into another one, commit. */
export class RingMover implements Mover {
  readonly packetsEach = 1;
  /** Those of the last packet, where they are read. */
  ranges: unknown = null;

  readonly #lane: RingLane;
  readonly #messages: Messages;
  readonly #target: Uint8Array;
  readonly #batch: number;
  readonly #kind: PacketKind;

  constructor(memory: RingMem, payloadBytes: number, batch: number, kind: PacketKind = IN_BAND) {
    this.#lane = new RingLane(memory, payloadBytes, kind.typ);
    this.#messages = new Messages(payloadBytes);
    this.#target = new Uint8Array(payloadBytes);
    this.#batch = batch;
    this.#kind = kind;
  }

  move(count: number, verify: boolean): void {
    const lane = this.#lane;
    for (let first = 0; first < count; first += this.#batch) {
      const end = first + this.#batch;
      for (let i = first; i < end; i++) lane.put(0, this.#messages.set(i));
      lane.commitWrite();
      for (let i = first; i < end; i++) this.#receive(i, verify);
      lane.commitRead();
    }
  }

  #receive(number: number, verify: boolean): void {
    const packet = this.#lane.take(this.#target);
    const { readRanges } = this.#kind;
    if (readRanges !== null) this.ranges = readRanges(this.#lane.incoming, packet);
    if (!verify) return;
    this.#kind.check(this.#lane.incoming, packet);
    this.#messages.check(this.#target, number);
  }
}
