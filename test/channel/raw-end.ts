import {
  Channel,
  EventSignal,
  FlatRingMem,
  Full,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  Queue,
} from '../../src/index.ts';

/** Somebody else's implementation at the other end of a channel: the bare rings, and signals by hand. */
export class RawEnd {
  readonly incoming: IncomingRing;
  readonly outgoing: OutgoingRing;
  readonly #read;
  readonly #write;

  /** What the channel is signalled with. */
  readonly signal: EventSignal;

  /** Signals that came from the channel. */
  signals = 0;

  readonly queue: Queue;

  constructor(ringBytes: number) {
    const [toQueue, fromQueue] = [new FlatRingMem(ringBytes), new FlatRingMem(ringBytes)];
    this.signal = new EventSignal(() => this.signals++);
    this.incoming = new IncomingRing(fromQueue);
    this.outgoing = new OutgoingRing(toQueue);
    this.#read = this.incoming.incoming();
    this.#write = this.outgoing.outgoing();
    this.queue = new Queue(new Channel({ incoming: toQueue, outgoing: fromQueue, signal: this.signal }));
  }

  /** Writes without publishing. False where there is no room. */
  put(payload: Uint8Array): boolean {
    const { InBandNoCompletion: typ } = OutgoingPacketType;
    const range = this.outgoing.write(this.#write, { transactionId: 0, size: payload.length, typ });
    if (range instanceof Full) return false;
    range.writer(this.outgoing).write(payload);
    return true;
  }

  /** Publishes. True if the channel is to be signalled. */
  publish(): boolean {
    return this.outgoing.commitWrite(this.#write);
  }

  /** Writes, publishes, and signals if that is due. */
  send(payload: Uint8Array): boolean {
    if (!this.put(payload)) return false;
    if (this.publish()) this.signal.raise();
    return true;
  }

  /** Reads without giving back. */
  take(): Uint8Array | null {
    const packet = this.incoming.read(this.#read);
    return packet === null ? null : packet.payload.reader(this.incoming).readAll();
  }

  /** Gives back. True if the channel is to be signalled. */
  giveBack(): boolean {
    return this.incoming.commitRead(this.#read);
  }

  /** Reads, gives back, and signals if that is due. */
  receive(): Uint8Array | null {
    const payload = this.take();
    if (this.giveBack()) this.signal.raise();
    return payload;
  }

  hasRoom(bytes: number): boolean {
    return this.outgoing.canWrite(this.#write, bytes);
  }
}
