import { effectivePendingSendSize, type PlacedPacket, type RingModel } from './ring-model.ts';

/** The receiving end: what it knows and has done, all of it private. */
export class ReaderModel {
  readonly ring: RingModel;
  cachedIn: number;
  committedOut: number;
  nextOut: number;

  constructor(ring: RingModel) {
    this.ring = ring;
    this.cachedIn = ring.in;
    this.committedOut = ring.out;
    this.nextOut = ring.out;
  }

  /** What opening a ring for reading does to its control words. */
  static open(ring: RingModel): void {
    ring.interruptMask = 1;
  }

  clone(): ReaderModel {
    const copy = new ReaderModel(this.ring);
    copy.cachedIn = this.cachedIn;
    copy.committedOut = this.committedOut;
    copy.nextOut = this.nextOut;
    return copy;
  }

  canRead(): boolean {
    if (this.nextOut === this.cachedIn) this.cachedIn = this.ring.in;
    return this.nextOut !== this.cachedIn;
  }

  /** The next packet, or `null` on an empty ring. */
  read(): PlacedPacket | null {
    if (!this.canRead()) return null;
    const packet = this.ring.published.find(({ start }) => start === this.nextOut);
    if (packet === undefined) throw new Error(`the model has no packet at position ${this.nextOut}`);
    this.nextOut = packet.end;
    return packet;
  }

  /** Gives back the room of what was read. True if the writer wants a signal. */
  commit(): boolean {
    const { ring } = this;
    if (this.nextOut === this.committedOut) return false;
    const freeBefore = ring.room(ring.in, this.committedOut);
    const freeAfter = ring.room(ring.in, this.nextOut);
    ring.out = this.nextOut;
    this.committedOut = this.nextOut;
    ring.published = ring.published.filter(({ start }) => start >= ring.out);
    const pending = effectivePendingSendSize(ring);
    return pending !== 0 && freeBefore < pending && pending <= freeAfter;
  }

  revert(): void {
    this.nextOut = this.committedOut;
  }

  inspect(): { cachedIn: number; committedOut: number; nextOut: number } {
    const { ring } = this;
    return {
      cachedIn: ring.ringOffset(this.cachedIn),
      committedOut: ring.ringOffset(this.committedOut),
      nextOut: ring.ringOffset(this.nextOut),
    };
  }
}
