import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { Doorbell } from './doorbell.ts';
import { Empty, type IncomingOffset, IncomingRing } from '../../src/index.ts';
import { openMemory } from '../support/ring-places.ts';
import { Pacer } from './pacer.ts';
import type { PhaseThread, ThreadReport } from './phase.ts';
import { Sleeper } from './sleeper.ts';
import { Traffic } from './traffic.ts';

/** Packets between two looks at the clock. */
const CLOCK_INTERVAL = 4096;

/** The receiving side of a race. */
class Reader {
  readonly #thread: PhaseThread;
  readonly #ring: IncomingRing;
  readonly #offset: IncomingOffset;
  readonly #traffic: Traffic;
  readonly #bell: Doorbell;
  readonly #sleeper: Sleeper;
  readonly #pacer: Pacer;
  #signals = 0;

  constructor(thread: PhaseThread) {
    const { phase, place, seed, doorbell, timeLimitMs } = thread;
    this.#thread = thread;
    this.#ring = new IncomingRing(openMemory(place, phase.readerMemory));
    this.#offset = this.#ring.incoming();
    this.#traffic = new Traffic(seed, phase.minimumPayloadBytes, phase.maximumPayloadBytes);
    this.#bell = new Doorbell(doorbell, 'reader');
    this.#sleeper = new Sleeper(this.#bell, performance.now() + timeLimitMs);
    this.#pacer = new Pacer(seed, this.#sleeper);
  }

  run(): ThreadReport {
    const { phase, progress } = this.#thread;
    for (let index = 0; index < phase.packets; index++) {
      if (phase.pacer === 'reader') this.#meetWriter();
      this.#read(index);
      if (phase.pacer !== 'reader' && (index + 1) % phase.batch === 0) this.#commit();
      if (index % CLOCK_INTERVAL === 0) {
        Atomics.store(progress, 0, index);
        this.#sleeper.checkDeadline();
      }
    }
    this.#commit();
    assert.equal(this.#ring.read(this.#offset), Empty, 'a packet more than was sent');
    const { sleeps, spared } = this.#sleeper;
    return { signals: this.#signals, sleeps, spared };
  }

  #read(index: number): void {
    let packet = this.#ring.read(this.#offset);
    while (packet === Empty) {
      this.#waitForPackets();
      packet = this.#ring.read(this.#offset);
    }
    this.#traffic.check(this.#ring, packet, index);
  }

  /** Gives back the packet before when the next one has come, and the writer finds no room for one more. */
  #meetWriter(): void {
    this.#pacer.meet(() => this.#ring.canRead(this.#offset));
    this.#commit();
  }

  #commit(): void {
    if (!this.#ring.commitRead(this.#offset)) return;
    this.#signals++;
    this.#bell.ring();
  }

  #waitForPackets(): void {
    const ring = this.#ring;
    const offset = this.#offset;
    this.#commit();
    for (let i = 0; i < this.#thread.phase.spins; i++) {
      if (ring.canRead(offset)) return;
    }
    const canRead = (): boolean => ring.canRead(offset);
    this.#sleeper.sleep({ arm: () => ring.setInterruptMask(false), ready: canRead, due: canRead });
    ring.setInterruptMask(true);
  }
}

parentPort!.postMessage(new Reader(workerData as PhaseThread).run(), []);
