import assert from 'node:assert/strict';
import {
  Full,
  type IncomingOffset,
  IncomingPacket,
  IncomingRing,
  openSignal,
  type OutgoingOffset,
  OutgoingPacketType,
  OutgoingRing,
  readInto,
  receiveInto,
  RingRange,
  sendFrom,
  writeFrom,
} from '../../../src/index.ts';
import { openMemory } from '../../support/ring-places.ts';
import { lookAtRanges } from './look.ts';
import type { OurRings, OurSide } from './side.ts';

/** The ends of both rings without a channel around them. */
class RawRings {
  readonly #side: OurSide;
  readonly #incoming: IncomingRing;
  readonly #outgoing: OutgoingRing;
  readonly #target: Uint8Array;
  readonly #packet = new IncomingPacket();
  #read: IncomingOffset | undefined;
  #write: OutgoingOffset | undefined;

  constructor(side: OurSide, rings: OurRings) {
    this.#side = side;
    this.#incoming = new IncomingRing(openMemory(rings.incoming, rings.incomingMemory));
    this.#outgoing = new OutgoingRing(openMemory(rings.outgoing, rings.outgoingMemory));
    this.#target = rings.target;
  }

  async step(): Promise<void> {
    const side = this.#side;
    this.#read ??= await side.does('incoming', () => this.#incoming.incoming());
    this.#write ??= await side.does('outgoing', () => this.#outgoing.outgoing());
    const { random } = side;
    if (this.#read !== undefined) await this.#receive(this.#read);
    if (this.#write !== undefined) await this.#send(this.#write);
    if (random.below(4) === 0) await this.#ask();
    if (random.below(16) === 0) this.#write = undefined;
  }

  async #receive(offset: IncomingOffset): Promise<void> {
    const side = this.#side;
    const ring = this.#incoming;
    const target = this.#target;
    const packet = this.#packet;
    const { nextOut } = offset;
    const found = await [
      () => side.does('IncomingRing.read', () => this.#readInSteps(offset)),
      () => side.does('readInto', () => readInto(ring, offset, packet, target)),
      () =>
        side.does('receiveInto', () => {
          const signalled = receiveInto(ring, offset, packet, target);
          return signalled === null ? null : packet;
        }),
    ][side.random.below(3)]!();
    if (found === undefined) return this.#skip();
    if (found !== null) {
      checkConsumed(offset, ring.mem().length, nextOut, found);
      side.accept(target.slice(0, found.payloadLength), ring.mem().length, 'a ring');
      await lookAtRanges(side, ring, found);
    }
    if (side.random.below(3) === 0) await side.does('commitRead', () => ring.commitRead(offset));
    else if (side.random.below(8) === 0) offset.revert();
  }

  #readInSteps(offset: IncomingOffset): IncomingPacket | null {
    const ring = this.#incoming;
    const packet = ring.read(offset);
    if (packet === null) return null;
    const { payload } = packet;
    const view = payload.view(ring);
    if (view !== null) this.#side.secrets.checkDelivered(view.slice(), 'a view');
    const half = packet.payloadLength >> 1;
    payload.reader(ring).read(this.#target.subarray(0, half)).read(this.#target.subarray(half, packet.payloadLength));
    return packet;
  }

  /** Where the ring is corrupt a reader that goes on all the same gives up what is in it: `out` is its own. */
  #skip(): void {
    const words = this.#incoming.mem().control();
    const newIn = Atomics.load(words, 0) >>> 0;
    if (newIn < this.#incoming.mem().length && newIn % 8 === 0) Atomics.store(words, 1, newIn);
    this.#read = undefined;
  }

  async #send(offset: OutgoingOffset): Promise<void> {
    const side = this.#side;
    const { random } = side;
    const ring = this.#outgoing;
    const size = random.below(random.below(4) === 0 ? 2000 : 100);
    const payload = this.#target.subarray(0, size);
    const packet = { transactionId: random.next(), size, typ: OutgoingPacketType.InBandWithCompletion };
    await [
      () => side.does('sendFrom', () => sendFrom(ring, offset, packet, payload)),
      () => side.does('writeFrom', () => writeFrom(ring, offset, packet, payload)),
      () =>
        side.does('OutgoingRing.write', () => {
          const range = ring.write(offset, packet);
          if (range instanceof Full) return ring.setPendingSendSize(range.size);
          if (range instanceof RingRange) range.writer(ring).write(payload);
        }),
    ][random.below(3)]!();
    if (random.below(3) === 0) await side.does('commitWrite', () => ring.commitWrite(offset));
    if (random.below(8) === 0) await side.does('canWrite', () => ring.canWrite(offset, 2000));
  }

  async #ask(): Promise<void> {
    const side = this.#side;
    await side.does('verifyInterruptsUnmasked', () => {
      this.#incoming.setInterruptMask(false);
      this.#incoming.verifyInterruptsUnmasked();
      this.#incoming.setInterruptMask(true);
    });
    await side.does('inspect', () => [this.#incoming.inspect(), this.#outgoing.inspect()]);
    await side.does('supportsPendingSendSize', () => this.#incoming.supportsPendingSendSize());
  }
}

/** Rings without a channel. */
export async function rawRings(side: OurSide, rings: OurRings, untilMs: number): Promise<void> {
  const signal = openSignal(rings.signal);
  const raw = new RawRings(side, rings);
  while (performance.now() < untilMs) await raw.step();
  signal.close();
}

/** What was consumed is the packet that was handed out, as its header was checked, and no more than was published. */
function checkConsumed(
  offset: IncomingOffset,
  ringBytes: number,
  start: number,
  { offset: at, size }: IncomingPacket,
): void {
  const { cachedIn, nextOut } = offset;
  assert.ok(cachedIn < ringBytes && cachedIn % 8 === 0, `in was taken for ${cachedIn}`);
  assert.equal(at, start);
  assert.equal((at + size) % ringBytes, nextOut, `a packet of ${size} bytes at ${at}, up to ${nextOut}`);
  // Read at once: had it wrapped, it would have been as long as the ring.
  const published = (cachedIn - start + ringBytes) % ringBytes;
  assert.ok(size <= published, `a packet of ${size} bytes, ${published} were published`);
}
