import { parentPort, workerData } from 'node:worker_threads';
import { Doorbell } from './doorbell.ts';
import { Full, type OutgoingOffset, OutgoingRing } from '../../src/index.ts';
import { openMemory } from '../support/ring-places.ts';
import { Pacer } from './pacer.ts';
import type { PhaseThread, ThreadReport } from './phase.ts';
import { Sleeper } from './sleeper.ts';
import { Traffic } from './traffic.ts';

/** Packets between two looks at the clock. */
const CLOCK_INTERVAL = 4096;

/** The sending side of a race. */
class Writer {
  readonly #thread: PhaseThread;
  readonly #ring: OutgoingRing;
  readonly #offset: OutgoingOffset;
  readonly #traffic: Traffic;
  readonly #bell: Doorbell;
  readonly #sleeper: Sleeper;
  readonly #pacer: Pacer;
  #signals = 0;

  constructor(thread: PhaseThread) {
    const { phase, place, seed, doorbell, timeLimitMs } = thread;
    this.#thread = thread;
    this.#ring = new OutgoingRing(openMemory(place, phase.writerMemory));
    this.#offset = this.#ring.outgoing();
    this.#traffic = new Traffic(seed, phase.minimumPayloadBytes, phase.maximumPayloadBytes);
    this.#bell = new Doorbell(doorbell, 'writer');
    this.#sleeper = new Sleeper(this.#bell, performance.now() + timeLimitMs);
    this.#pacer = new Pacer(seed, this.#sleeper);
  }

  run(): ThreadReport {
    const { packets, batch, pacer } = this.#thread.phase;
    for (let index = 0; index < packets; index++) {
      const packetBytes = this.#write(index);
      if (pacer === 'writer') this.#meetReader(packetBytes);
      if ((index + 1) % batch === 0) this.#commit();
      if (index % CLOCK_INTERVAL === 0) this.#sleeper.checkDeadline();
    }
    this.#commit();
    const { sleeps, spared } = this.#sleeper;
    return { signals: this.#signals, sleeps, spared };
  }

  /** Returns how many bytes of ring the packet took. */
  #write(index: number): number {
    const { nextIn } = this.#offset.inspect();
    const packet = this.#traffic.packet(index);
    let range = this.#ring.write(this.#offset, packet);
    while (range instanceof Full) {
      this.#waitForRoom(range.size);
      range = this.#ring.write(this.#offset, packet);
    }
    this.#traffic.fill(this.#ring, range, index);
    const { length } = this.#ring.mem();
    return (this.#offset.inspect().nextIn - nextIn + length) % length;
  }

  /** Returns when the reader has given back all but the packet that is not committed yet, and finds the ring empty. */
  #meetReader(packetBytes: number): void {
    const rest = this.#ring.maximumPacketSize() - packetBytes;
    this.#pacer.meet(() => this.#ring.canWrite(this.#offset, rest));
  }

  #commit(): void {
    if (!this.#ring.commitWrite(this.#offset)) return;
    this.#signals++;
    this.#bell.ring();
  }

  /** Returns when there may be room for `bytes`: for a quarter of the ring, if it slept. */
  #waitForRoom(bytes: number): void {
    const ring = this.#ring;
    const offset = this.#offset;
    this.#commit();
    for (let i = 0; i < this.#thread.phase.spins; i++) {
      if (ring.canWrite(offset, bytes)) return;
    }
    const wanted = Math.max(bytes, ring.mem().length / 4);
    this.#sleeper.sleep({
      arm: () => ring.setPendingSendSize(wanted),
      ready: () => ring.canWrite(offset, bytes),
      due: () => ring.canWrite(offset, wanted),
    });
    ring.setPendingSendSize(0);
  }
}

parentPort!.postMessage(new Writer(workerData as PhaseThread).run(), []);
