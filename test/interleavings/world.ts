import assert from 'node:assert/strict';
import { CONTROL_IN, CONTROL_OUT, DESCRIPTOR_SIZE, FOOTER_SIZE, PACKET_TYPE_IN_BAND } from '../../src/index.ts';
import { type Clock, join, otherSide, type Side, SIDES } from './clocks.ts';
import { ForkedMap } from './forked-map.ts';
import { History } from './history.ts';
import { controlPageOf, dataOf, type Ring, ringOfData } from './layout.ts';
import { Races } from './races.ts';
import { RingData } from './ring-data.ts';

const RINGS: readonly Ring[] = [0, 1];

const NOTHING_DONE: readonly [Clock, Clock] = [
  [1, 0],
  [0, 1],
];

interface Word {
  readonly value: number;
  /** What whoever stored it knew then: who loads it knows as much. */
  readonly clock: Clock;
}

/**
 * The memory of a channel, its sleepers and its signals at one moment of an interleaving. Words are sequentially consistent: a load takes up what the
 * side that stored the value knew then. Data are plain, and every access to them has to be ordered by that.
 */
export class World {
  /** Those that are not 0 for want of a store. */
  readonly #words: ForkedMap<Word>;
  readonly #data: readonly RingData[];
  /** The word at which a side sleeps. */
  readonly #asleep: [number | null, number | null];
  /** Signals that came and were not waited for. */
  readonly #signals: [number, number];
  readonly #clocks: readonly [Clock, Clock];
  readonly #races: Races;
  readonly #history: History;
  /** Which of the values that a plain load without order may find the next one of them finds. */
  choice = 0;
  /** What a word that is to be loaded too early was after each side's last step, and after the one before it. */
  readonly #early: readonly [[number, number], [number, number]];

  /** Rings that are empty, or a copy of another world. */
  constructor(from: World | null = null) {
    this.#words = new ForkedMap(from === null ? null : from.#words);
    this.#data = [0, 1].map((ring) => new RingData(from === null ? null : from.#data[ring]!));
    this.#asleep = from === null ? [null, null] : [...from.#asleep];
    this.#signals = from === null ? [0, 0] : [...from.#signals];
    this.#early =
      from === null
        ? [
            [0, 0],
            [0, 0],
          ]
        : [[...from.#early[0]], [...from.#early[1]]];
    // Each side knows what it did itself.
    const [first, second] = from === null ? NOTHING_DONE : from.#clocks;
    this.#clocks = [[...first], [...second]];
    this.#races = new Races(from === null ? null : from.#races);
    this.#history = new History(from === null ? null : from.#history);
  }

  clone(): World {
    return new World(this);
  }

  /** Has one packet of so many bytes in a ring, all but its payload: published long ago. */
  fill(ring: Ring, bytes: number): void {
    const data = dataOf(ring);
    const words = [PACKET_TYPE_IN_BAND | ((DESCRIPTOR_SIZE / 8) << 16), (bytes - FOOTER_SIZE) / 8];
    for (const [i, word] of words.entries()) {
      this.#data[ring]!.store(4 * i, 4, word);
      this.#history.record(data + 4 * i, { value: word, side: 0, time: 0 });
    }
    this.set(controlPageOf(ring) + 4 * CONTROL_IN, bytes);
  }

  /** Has an empty ring begin there. */
  begin(ring: Ring, at: number): void {
    for (const word of [CONTROL_IN, CONTROL_OUT]) this.set(controlPageOf(ring) + 4 * word, at);
  }

  /** Has a word be `value` from long ago. */
  set(address: number, value: number): void {
    this.#words.set(address, { value, clock: [0, 0] });
    this.#history.record(address, { value, side: 0, time: 0 });
  }

  /** What distinguishes two moments in which both sides have done and seen the same. */
  get key(): string {
    let key = `${this.#signals.join()} ${this.#asleep.join()} ${this.#clocks.join()} ${this.#early.join()}`;
    for (const [address, { value, clock }] of this.#words) key += ` ${address} ${value} ${clock.join()}`;
    return key;
  }

  /** What a word is, for nobody in particular. */
  get(address: number): number {
    return this.#words.get(address)?.value ?? 0;
  }

  /** A load in order. */
  load(side: Side, address: number): number {
    const word = this.#words.get(address);
    if (word === undefined) return 0;
    join(this.#clocks[side], word.clock);
    return word.value;
  }

  /** A store in order. */
  store(side: Side, address: number, value: number): void {
    const clock = this.#clocks[side];
    for (const ring of RINGS) {
      if (address === controlPageOf(ring) + 4 * CONTROL_IN) this.#races.publish(dataOf(ring), value);
    }
    this.#history.record(address, { value, side, time: clock[side] });
    this.#words.set(address, { value, clock: [...clock] });
    clock[side]++;
  }

  /** How many values a plain load that nothing orders may find: of a word, or of four bytes of data. */
  choices(side: Side, address: number): number {
    return this.#candidates(side, address).length;
  }

  /** Such a load: finds the one of them that was chosen. */
  guess(side: Side, address: number): number {
    const candidates = this.#candidates(side, address);
    return candidates[candidates.length === 1 ? 0 : this.choice]!;
  }

  #candidates(side: Side, address: number): number[] {
    return this.#history.candidates(address, side, this.#clocks[side][otherSide(side)]);
  }

  loadData(side: Side, address: number, bytes: number): number | bigint {
    this.#races.touch(side, this.#clocks[side], 'load', address, bytes);
    const ring = ringOfData(address)!;
    return this.#data[ring]!.load(address - dataOf(ring), bytes);
  }

  storeData(side: Side, address: number, bytes: number, value: number | bigint): void {
    const clock = this.#clocks[side];
    this.#races.touch(side, clock, 'store', address, bytes);
    const ring = ringOfData(address)!;
    const data = this.#data[ring]!;
    const offset = address - dataOf(ring);
    data.store(offset, bytes, value);
    for (let at = offset & ~3; at < offset + bytes; at += 4) {
      this.#history.record(dataOf(ring) + at, { value: Number(data.load(at, 4)), side, time: clock[side] });
    }
  }

  /** As `Atomics.wait`: false, and nobody sleeps, where the word is another one. */
  sleep(side: Side, address: number, seen: number): boolean {
    assert.equal(this.#asleep[side], null, 'who sleeps does nothing else');
    if (this.load(side, address) !== seen) return false;
    this.#asleep[side] = address;
    return true;
  }

  /** As `Atomics.notify`: how many were woken. */
  notify(address: number): number {
    let woken = 0;
    for (const side of SIDES) {
      if (this.#asleep[side] !== address) continue;
      this.#asleep[side] = null;
      woken++;
    }
    return woken;
  }

  /** A step of `side` is done; `address` is what it may load too early. */
  keepEarly(side: Side, address: number): void {
    const early = this.#early[side];
    early[0] = early[1];
    early[1] = this.get(address);
  }

  /** What is found by a load that comes before the step before it. */
  early(side: Side): number {
    return this.#early[side][0];
  }

  isAsleep(side: Side): boolean {
    return this.#asleep[side] !== null;
  }

  /** Whoever was killed sleeps no more. */
  forget(side: Side): void {
    this.#asleep[side] = null;
  }

  signal(side: Side): void {
    this.#signals[side]++;
  }

  canWake(side: Side): boolean {
    return this.#signals[side] > 0;
  }

  /** All signals that came are one wake-up. */
  wake(side: Side): void {
    assert.ok(this.canWake(side));
    this.#signals[side] = 0;
  }
}
