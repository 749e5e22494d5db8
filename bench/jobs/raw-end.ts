import {
  type Channel,
  IncomingPacket,
  type IncomingRing,
  OutgoingPacketType,
  type OutgoingRing,
  packetSize,
  readInto,
  receiveInto,
  sendFrom,
  writeFrom,
} from '../../src/index.ts';
import { pause } from './pause.ts';

/** How often a spinning thread looks before it asks whether there is still somebody on the other side. */
const LOOKS_A_CHECK = 1 << 16;

/** One sleep, at most; a signal ends it. */
const SLEEP_MS = 500;

/**
 * One end of both rings of a channel, without a queue or a pipe on it: waits by looking so many times, then sleeps by the rings' own
 * rules. Packets are of one size.
 */
export class RawEnd {
  readonly #channel: Channel;
  readonly #looks: number;
  readonly #read: ReturnType<IncomingRing['incoming']>;
  readonly #write: ReturnType<OutgoingRing['outgoing']>;
  readonly #packet: { readonly transactionId: number; readonly size: number; readonly typ: OutgoingPacketType };
  readonly #incoming = new IncomingPacket();
  readonly #packetBytes: number;
  /** Asked for when there is no room: a quarter of the ring at least, so that the two do not wake each other for each packet. */
  readonly #roomBytes: number;

  /** `looks` before it sleeps; for ever if that is `Infinity`. */
  constructor(channel: Channel, payloadBytes: number, looks: number) {
    this.#channel = channel;
    this.#looks = looks;
    this.#read = channel.incoming.incoming();
    this.#write = channel.outgoing.outgoing();
    this.#packet = { transactionId: 0, size: payloadBytes, typ: OutgoingPacketType.InBandNoCompletion };
    this.#packetBytes = packetSize(new Uint8Array(payloadBytes));
    this.#roomBytes = Math.max(this.#packetBytes, (channel.outgoing.maximumPacketSize() + 8) / 4);
  }

  /** Writes a packet as soon as there is room. Publishes nothing, unless it has to wait. */
  put(payload: Uint8Array): void {
    const { outgoing } = this.#channel;
    while (writeFrom(outgoing, this.#write, this.#packet, payload) !== null) {
      this.commitWrite();
      this.#awaitRoom();
    }
  }

  /** The same, and publishes it. */
  send(payload: Uint8Array): void {
    const { outgoing, signal } = this.#channel;
    for (;;) {
      const sent = sendFrom(outgoing, this.#write, this.#packet, payload);
      if (sent === false) return;
      if (sent === true) return signal.notify();
      this.#awaitRoom();
    }
  }

  /** Publishes what was put. */
  commitWrite(): void {
    if (this.#channel.outgoing.commitWrite(this.#write)) this.#channel.signal.notify();
  }

  /** Reads a packet into `target` as soon as there is one. Gives nothing back, unless it has to wait. */
  take(target: Uint8Array): void {
    const { incoming } = this.#channel;
    while (readInto(incoming, this.#read, this.#incoming, target) === null) {
      this.commitRead();
      this.#awaitPacket();
    }
  }

  /** The same, and gives its room back. */
  receive(target: Uint8Array): void {
    const { incoming, signal } = this.#channel;
    for (;;) {
      const received = receiveInto(incoming, this.#read, this.#incoming, target);
      if (received === false) return;
      if (received === true) return signal.notify();
      this.#awaitPacket();
    }
  }

  /** Gives the room of what was taken back. */
  commitRead(): void {
    if (this.#channel.incoming.commitRead(this.#read)) this.#channel.signal.notify();
  }

  readonly #hasRoom = (): boolean => this.#channel.outgoing.canWrite(this.#write, this.#packetBytes);
  readonly #hasPacket = (): boolean => this.#channel.incoming.canRead(this.#read);

  #awaitRoom(): void {
    if (this.#lookFor(this.#hasRoom)) return;
    const { outgoing } = this.#channel;
    this.#sleepUntil(this.#hasRoom, () => outgoing.setPendingSendSize(this.#roomBytes));
    outgoing.setPendingSendSize(0);
  }

  #awaitPacket(): void {
    if (this.#lookFor(this.#hasPacket)) return;
    const { incoming } = this.#channel;
    this.#sleepUntil(this.#hasPacket, () => incoming.setInterruptMask(false));
    incoming.setInterruptMask(true);
  }

  #lookFor(isThere: () => boolean): boolean {
    for (let looks = 1; looks <= this.#looks; looks++) {
      if (isThere()) return true;
      if (looks % LOOKS_A_CHECK === 0) this.#checkPeer(isThere);
      pause();
    }
    return false;
  }

  /** Asks the peer for a signal, looks once more, and only then sleeps: what came meanwhile is not missed. */
  #sleepUntil(isThere: () => boolean, ask: () => void): void {
    const { signal } = this.#channel;
    for (;;) {
      const seen = signal.count();
      ask();
      if (isThere()) return;
      this.#checkPeer(isThere);
      if (!signal.waitSync(seen, SLEEP_MS)) signal.look();
    }
  }

  /** Throws where the peer is gone and has left nothing. */
  #checkPeer(isThere: () => boolean): void {
    const { signal } = this.#channel;
    const { peerState } = signal;
    if ((peerState === 'closed' || peerState === 'died') && !isThere()) throw signal.peerError();
  }
}
