import assert from 'node:assert/strict';
import { History, type Place } from './history.ts';
import { CONTROL_IN, DESCRIPTOR_SIZE, FOOTER_SIZE, PACKET_TYPE_IN_BAND } from '../../src/index.ts';

/** The two sides of a ring. */
export const SIDES = ['writer', 'reader'] as const;
export type Side = (typeof SIDES)[number];

export function otherSide(side: Side): Side {
  return side === 'writer' ? 'reader' : 'writer';
}

/** Races are looked for in units of so many bytes: nothing in a ring is smaller, but for the rest of a payload, which has its unit for itself. */
const UNIT_BYTES = 8;

/** Happens before: how much of what each side did is known. */
type Clock = [writer: number, reader: number];

function join(clock: Clock, other: Clock): void {
  for (const i of [0, 1] as const) clock[i] = Math.max(clock[i], other[i]);
}

interface Touch {
  readonly side: number;
  readonly time: number;
}

/** A race: two accesses to the same bytes, one of them a store, and nothing that orders them. */
export class DataRace extends Error {
  override readonly name = 'DataRace';
}

/**
 * The memory of one ring and the signals of its two sides at one moment of an interleaving. Control words are sequentially consistent:
 * a load takes up what the side that stored the value knew then. Data are plain, and every access to them has to be ordered by that.
 */
export class World {
  readonly words: Int32Array;
  readonly data: Uint8Array;
  /** Signals that came and were not waited for. */
  readonly signals: [number, number];
  readonly #clocks: [Clock, Clock];
  readonly #wordClocks: Map<number, Clock>;
  readonly #stored: Map<number, Touch>;
  readonly #loaded: Map<number, Clock>;
  /** Units that were stored since `in` was. */
  readonly #unpublished: Set<number>;
  readonly #history: History;
  /** Which of the values that a plain load without order may find the next one of them finds. */
  choice = 0;

  /** A ring that is empty, or a copy of another one. */
  constructor(ringBytes: number, from: World | null = null) {
    this.words = from === null ? new Int32Array(32) : from.words.slice();
    this.data = from === null ? new Uint8Array(ringBytes) : from.data.slice();
    this.signals = from === null ? [0, 0] : [...from.signals];
    // Each side knows what it did itself.
    this.#clocks =
      from === null
        ? [
            [1, 0],
            [0, 1],
          ]
        : [[...from.#clocks[0]], [...from.#clocks[1]]];
    this.#wordClocks = new Map(from === null ? [] : from.#wordClocks);
    this.#stored = new Map(from === null ? [] : from.#stored);
    this.#loaded = new Map(from === null ? [] : from.#loaded);
    this.#unpublished = new Set(from === null ? [] : from.#unpublished);
    this.#history = new History(from === null ? null : from.#history);
  }

  clone(): World {
    return new World(this.data.length, this);
  }

  /** Has one packet of so many bytes in the ring, all but its payload: published long ago. */
  fill(bytes: number): void {
    const words = new Int32Array(this.data.buffer);
    words[0] = PACKET_TYPE_IN_BAND | ((DESCRIPTOR_SIZE / 8) << 16);
    words[1] = (bytes - FOOTER_SIZE) / 8;
    this.words[CONTROL_IN] = bytes;
    this.#history.record({ word: CONTROL_IN }, bytes, 0);
    for (const i of [0, 1]) this.#history.record({ offset: 4 * i }, words[i]!, 0);
  }

  /** What distinguishes two moments in which both sides have done and seen the same. */
  get key(): string {
    return `${this.words.subarray(0, 17).join()} ${this.signals.join()} ${this.#clocks.join()} ${[...this.#wordClocks].join()}`;
  }

  loadWord(side: Side, word: number): number {
    const clock = this.#wordClocks.get(word);
    if (clock !== undefined) join(this.#clocks[SIDES.indexOf(side) as 0 | 1], clock);
    return this.words[word]!;
  }

  /** How many values a plain load that nothing orders may find: of a control word, or of four bytes of data. */
  choices(side: Side, place: Place): number {
    return this.#history.candidates(place, this.#otherTime(side)).length;
  }

  /** Such a load: finds the one of them that was chosen. */
  guess(side: Side, place: Place): number {
    return this.#history.candidates(place, this.#otherTime(side))[this.choice]!;
  }

  /** How much of what the other side did is known to this one. */
  #otherTime(side: Side): number {
    const i = SIDES.indexOf(side) as 0 | 1;
    return this.#clocks[i][(1 - i) as 0 | 1];
  }

  storeWord(side: Side, word: number, value: number): void {
    const i = SIDES.indexOf(side) as 0 | 1;
    const clock = this.#clocks[i];
    if (word === CONTROL_IN) this.#publish(value);
    this.words[word] = value;
    this.#history.record({ word }, value, clock[i]);
    this.#wordClocks.set(word, [...clock]);
    clock[i]++;
  }

  /** Data were stored there. */
  stored(side: Side, offset: number, bytes: number): void {
    const i = SIDES.indexOf(side) as 0 | 1;
    const words = new Int32Array(this.data.buffer);
    for (let at = offset >> 2; at < (offset + bytes + 3) >> 2; at++) {
      this.#history.record({ offset: 4 * at }, words[at]!, this.#clocks[i][i]);
    }
  }

  /** Checks that what the other side did to these bytes is known to this one. */
  touch(side: Side, op: 'load' | 'store', offset: number, bytes: number): void {
    const i = SIDES.indexOf(side) as 0 | 1;
    const clock = this.#clocks[i];
    for (let unit = offset - (offset % UNIT_BYTES); unit < offset + bytes; unit += UNIT_BYTES) {
      const stored = this.#stored.get(unit);
      if (stored !== undefined && stored.side !== i && clock[stored.side]! < stored.time) {
        throw new DataRace(`the ${side} does a ${op} at ring offset ${unit}, where the other side has stored`);
      }
      const loaded = this.#loaded.get(unit);
      if (op === 'load') {
        const times: Clock = loaded ? [...loaded] : [0, 0];
        times[i] = clock[i];
        this.#loaded.set(unit, times);
        continue;
      }
      const other = 1 - i;
      if (loaded !== undefined && clock[other]! < loaded[other]!) {
        throw new DataRace(`the ${side} stores at ring offset ${unit}, which the other side has loaded`);
      }
      this.#stored.set(unit, { side: i, time: clock[i] });
      this.#unpublished.add(unit);
    }
  }

  /** The reader does not look at footers, others do: the last unit of what is published has to be there. */
  #publish(newIn: number): void {
    const footer = (newIn === 0 ? this.data.length : newIn) - UNIT_BYTES;
    if (!this.#unpublished.has(footer)) throw new Error(`in is ${newIn}, and there is no footer before it`);
    this.#unpublished.clear();
  }

  signal(side: Side): void {
    this.signals[SIDES.indexOf(side)]!++;
  }

  canWake(side: Side): boolean {
    return this.signals[SIDES.indexOf(side)]! > 0;
  }

  /** All signals that came are one wake-up. */
  wake(side: Side): void {
    assert.ok(this.canWake(side));
    this.signals[SIDES.indexOf(side)] = 0;
  }
}
