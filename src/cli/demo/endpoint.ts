import {
  Empty,
  Full,
  type IncomingOffset,
  type IncomingPacket,
  type IncomingRing,
  type OutgoingOffset,
  type OutgoingPacket,
  type OutgoingRing,
  type RingRange,
} from '../../index.ts';
import { EXIT_CORRUPT } from '../exit-codes.ts';
import { DemoError } from './demo-error.ts';
import type { Signals } from './doorbell.ts';

/** How often a side looks before it goes to sleep: about as long as the peer needs for a packet that is on its way. */
const SPIN_POLLS = 50;

/** How many sleeps in a row may end with nothing to do before the peer is given up. */
const MAXIMUM_VAIN_SLEEPS = 30;

/** What one side did, counted by itself. */
export interface EndpointCounts {
  packetsSent: number;
  packetsReceived: number;
  /** Bytes of the packets received, footers included. */
  ringBytesReceived: number;
  /** Commits that the peer had to be signalled for. */
  signalsSent: number;
  /** Commits that needed no signal. */
  signalsSaved: number;
  /** Sleeps that waited for packets only. */
  sleeps: number;
  /** Sleeps that waited for room in the outgoing ring, for packets too or not. */
  sleepsForRoom: number;
  /** Sleeps that ended by time-out, and not by a signal, with work there that the peer should have signalled. */
  lostWakeUps: number;
}

/**
 * One side of a channel: the ring that it reads, the ring that it writes, and the doorbell that serves both. Here, and
 * nowhere else, is decided when to signal and when to sleep.
 */
export class Endpoint {
  readonly incoming: IncomingRing;
  readonly outgoing: OutgoingRing;
  readonly counts: EndpointCounts = {
    packetsSent: 0,
    packetsReceived: 0,
    ringBytesReceived: 0,
    signalsSent: 0,
    signalsSaved: 0,
    sleeps: 0,
    sleepsForRoom: 0,
    lostWakeUps: 0,
  };

  readonly #signals: Signals;
  readonly #timeoutMs: number;
  readonly #readOffset: IncomingOffset;
  readonly #writeOffset: OutgoingOffset;

  /** `timeoutMs` is how long one sleep may last: a safety net, which nothing should ever fall into. */
  constructor(incoming: IncomingRing, outgoing: OutgoingRing, signals: Signals, timeoutMs: number) {
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.#signals = signals;
    this.#timeoutMs = timeoutMs;
    this.#readOffset = incoming.incoming();
    this.#writeOffset = outgoing.outgoing();
  }

  /** The next packet, whose ranges are good until `commitRead`. */
  read(): IncomingPacket | Empty {
    const packet = this.incoming.read(this.#readOffset);
    if (packet === Empty) return Empty;
    this.counts.packetsReceived++;
    this.counts.ringBytesReceived += packet.size;
    return packet;
  }

  /** Writes all of the next packet but its payload, for which it returns the range, or `Full`. */
  write(packet: OutgoingPacket): RingRange | Full {
    const range = this.outgoing.write(this.#writeOffset, packet);
    if (range instanceof Full) return range;
    this.counts.packetsSent++;
    return range;
  }

  /** As `write`, and waits for room where there is none. */
  writeWhenRoom(packet: OutgoingPacket): RingRange {
    const range = this.write(packet);
    if (!(range instanceof Full)) return range;
    this.wait(false, range.size);
    const second = this.write(packet);
    if (second instanceof Full)
      throw new DemoError(EXIT_CORRUPT, `room for ${second.size} bytes was there and is gone`);
    return second;
  }

  /** Gives back the room of all packets read, if any, and signals a peer that waits for it. */
  commitRead(): void {
    const { committedOut, nextOut } = this.#readOffset.inspect();
    if (committedOut !== nextOut) this.#signal(this.incoming.commitRead(this.#readOffset));
  }

  /** Publishes all packets written, if any, and signals a peer that waits for them. */
  commitWrite(): void {
    const { committedIn, nextIn } = this.#writeOffset.inspect();
    if (committedIn !== nextIn) this.#signal(this.outgoing.commitWrite(this.#writeOffset));
  }

  /**
   * Waits until there is a packet to read (if `forPacket`), or until a packet of `roomBytes` on the ring can be written
   * (if not 0). Commits first: what is not published can bring no signal.
   *
   * Throws a {@link DemoError} when the peer stays silent, and a `VmbusRingError` when the ring is corrupt.
   */
  wait(forPacket: boolean, roomBytes: number): void {
    this.commitRead();
    this.commitWrite();
    for (let poll = 0; poll < SPIN_POLLS; poll++) {
      if (this.#hasWork(forPacket, roomBytes)) return;
    }
    if (roomBytes !== 0 && !this.incoming.supportsPendingSendSize()) {
      throw new DemoError(EXIT_CORRUPT, 'the peer does not say that it signals a writer that waits for room');
    }
    this.#sleep(forPacket, roomBytes);
    if (roomBytes !== 0) this.outgoing.setPendingSendSize(0);
    if (forPacket) this.incoming.setInterruptMask(true);
  }

  /** Asks for signals, looks once more, and only then sleeps; until there is work. */
  #sleep(forPacket: boolean, roomBytes: number): void {
    // A quarter of the ring, so that the two sides do not wake each other for every single packet.
    const askedBytes = roomBytes === 0 ? 0 : Math.max(roomBytes, this.outgoing.mem().length / 4);
    if (forPacket) this.incoming.setInterruptMask(false);
    if (roomBytes !== 0) this.outgoing.setPendingSendSize(askedBytes);
    for (let vain = 0; vain < MAXIMUM_VAIN_SLEEPS; vain++) {
      const seen = this.#signals.count();
      if (this.#hasWork(forPacket, roomBytes)) return;
      if (forPacket) this.incoming.verifyInterruptsUnmasked();
      const ended = this.#signals.wait(seen, this.#timeoutMs);
      if (ended !== 'not-equal') this.#countSleep(roomBytes !== 0);
      // Whatever the time-out finds should have been signalled: there is no second chance. Room for the packet, but less
      // than was asked for, is no such work: no signal is due for it.
      if (ended === 'timed-out' && this.#hasWork(forPacket, askedBytes)) this.counts.lostWakeUps++;
    }
    throw new DemoError(EXIT_CORRUPT, `the peer is silent: ${MAXIMUM_VAIN_SLEEPS} sleeps ended with nothing to do`);
  }

  #hasWork(forPacket: boolean, roomBytes: number): boolean {
    if (forPacket && this.incoming.canRead(this.#readOffset)) return true;
    return roomBytes !== 0 && this.outgoing.canWrite(this.#writeOffset, roomBytes);
  }

  #countSleep(forRoom: boolean): void {
    if (forRoom) this.counts.sleepsForRoom++;
    else this.counts.sleeps++;
  }

  #signal(due: boolean): void {
    if (due) {
      this.counts.signalsSent++;
      this.#signals.ring();
    } else {
      this.counts.signalsSaved++;
    }
  }
}
