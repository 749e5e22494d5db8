import {
  CONTROL_FEATURE_BITS,
  CONTROL_IN,
  CONTROL_INTERRUPT_MASK,
  CONTROL_OUT,
  CONTROL_PENDING_SEND_SIZE,
  type IncomingOffset,
  IncomingRing,
  type OutgoingOffset,
  OutgoingRing,
  type RingMem,
  type Signal,
} from '../../../src/index.ts';
import { openMemory, type RingPlace } from '../../support/ring-places.ts';
import type { Xorshift } from '../../support/xorshift.ts';
import type { Traffic } from '../episode.ts';

/** One ring, as the peer can reach it: all data, and those control words that are its own. */
export class Reach {
  readonly memory: RingMem;
  readonly size: number;
  readonly #place: RingPlace;
  readonly #words: Int32Array;
  readonly #own: readonly number[];

  constructor(place: RingPlace, own: readonly number[]) {
    this.memory = openMemory(place, 'PagedRingMem');
    this.size = this.memory.length;
    this.#place = place;
    this.#words = this.memory.control();
    this.#own = own;
  }

  load(word: number): number {
    return Atomics.load(this.#words, word) >>> 0;
  }

  /** Throws for a word that is ours: then the suite is wrong. */
  store(word: number, value: number): void {
    if (!this.#own.includes(word)) throw new Error(`control word ${word} is not the peer's`);
    Atomics.store(this.#words, word, value | 0);
  }

  /** Writes to the data, from any offset on, around the end. */
  write(offset: number, bytes: Uint8Array): void {
    this.memory.writeAt(offset % this.size, bytes);
  }

  write32(offset: number, value: number): void {
    this.write(offset, new Uint8Array(Uint32Array.of(value).buffer));
  }

  /** One word of the data, now this and now that, as fast as it can be. */
  flip32(offset: number, one: number, other: number, times: number): void {
    const at = offset % this.size;
    const { buffer, byteOffset } = this.#place.data[at >> 12]!;
    const view = new Int32Array(buffer, byteOffset + (at & 0xffc), 1);
    for (let i = 0; i < times; i++) Atomics.store(view, 0, i % 2 === 0 ? other : one);
  }

  read32(offset: number): number {
    const bytes = new Uint8Array(4);
    this.memory.readAt(offset % this.size, bytes);
    return new DataView(bytes.buffer).getUint32(0, true);
  }
}

/** All that the peer has in one episode. */
export class Peer {
  /** The ring that it writes and we read. */
  readonly toUs: Reach;
  /** The ring that it reads and we write. */
  readonly fromUs: Reach;
  readonly signal: Signal;
  readonly random: Xorshift;
  readonly traffic: Traffic;
  readonly #outgoing: OutgoingRing;
  readonly #incoming: IncomingRing;
  #write: OutgoingOffset | null = null;
  #read: IncomingOffset | null = null;

  constructor(toUs: RingPlace, fromUs: RingPlace, signal: Signal, random: Xorshift, traffic: Traffic) {
    this.toUs = new Reach(toUs, [CONTROL_IN, CONTROL_PENDING_SEND_SIZE, CONTROL_FEATURE_BITS]);
    this.fromUs = new Reach(fromUs, [CONTROL_OUT, CONTROL_INTERRUPT_MASK]);
    this.#outgoing = new OutgoingRing(this.toUs.memory);
    this.#incoming = new IncomingRing(this.fromUs.memory);
    this.signal = signal;
    this.random = random;
    this.traffic = traffic;
  }

  /** Writes as it should, and signals. Begins anew where the pointers have gone wrong. */
  send(put: (ring: OutgoingRing, offset: OutgoingOffset) => void): void {
    try {
      this.#write ??= this.#outgoing.outgoing();
      put(this.#outgoing, this.#write);
      if (this.#outgoing.commitWrite(this.#write)) this.signal.notify();
    } catch {
      this.#write = null;
      this.toUs.store(CONTROL_IN, this.toUs.load(CONTROL_OUT));
    }
  }

  /** Reads as it should, and signals. */
  receive(): void {
    try {
      this.#read ??= this.#incoming.incoming();
      this.#incoming.read(this.#read);
      if (this.#incoming.commitRead(this.#read)) this.signal.notify();
    } catch {
      this.#read = null;
      this.fromUs.store(CONTROL_OUT, this.fromUs.load(CONTROL_IN));
    }
  }

  /** What the peer did to its words by hand is where it goes on from. */
  forget(): void {
    this.#write = null;
    this.#read = null;
  }
}
