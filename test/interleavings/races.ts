import { type Clock, otherSide, type Side } from './clocks.ts';
import { ForkedMap } from './forked-map.ts';
import { nameOf, RING_BYTES, ringOfData } from './layout.ts';

/** Races are looked for in units of so many bytes: nothing in a ring is smaller, but for the rest of a payload, which has its unit for itself. */
const UNIT_BYTES = 8;

/** A race: two accesses to the same bytes, one of them a store, and nothing that orders them. */
export class DataRace extends Error {
  override readonly name = 'DataRace';
}

interface Touch {
  readonly side: Side;
  readonly time: number;
}

/** Who has loaded and stored which data, and when: whether each access is ordered behind the other side's. */
export class Races {
  readonly #stored: ForkedMap<Touch>;
  readonly #loaded: ForkedMap<Clock>;
  /** Units that were stored since the `in` of their ring was. */
  readonly #unpublished: ForkedMap<true>;

  constructor(from: Races | null) {
    this.#stored = new ForkedMap(from === null ? null : from.#stored);
    this.#loaded = new ForkedMap(from === null ? null : from.#loaded);
    this.#unpublished = new ForkedMap(from === null ? null : from.#unpublished);
  }

  /** Checks that what the other side did to these bytes is known by `clock`, this side's. */
  touch(side: Side, clock: Clock, op: 'load' | 'store', address: number, bytes: number): void {
    for (let unit = address - (address % UNIT_BYTES); unit < address + bytes; unit += UNIT_BYTES) {
      const stored = this.#stored.get(unit);
      if (stored !== undefined && stored.side !== side && clock[stored.side] < stored.time) {
        throw new DataRace(`end ${side} does a ${op} of ${nameOf(unit)}, where the other end has stored`);
      }
      const loaded = this.#loaded.get(unit);
      if (op === 'load') {
        const times: Clock = loaded ? [...loaded] : [0, 0];
        times[side] = clock[side];
        this.#loaded.set(unit, times);
        continue;
      }
      const other = otherSide(side);
      if (loaded !== undefined && clock[other] < loaded[other]) {
        throw new DataRace(`end ${side} stores ${nameOf(unit)}, which the other end has loaded`);
      }
      this.#stored.set(unit, { side, time: clock[side] });
      this.#unpublished.set(unit, true);
    }
  }

  /** `in` is stored. The reader does not look at footers, others do: the last unit of what is published has to be there. */
  publish(data: number, newIn: number): void {
    const footer = data + (newIn === 0 ? RING_BYTES : newIn) - UNIT_BYTES;
    if (this.#unpublished.get(footer) === undefined)
      throw new Error(`in is ${newIn}, and there is no footer before it`);
    for (const [unit] of this.#unpublished) if (ringOfData(unit) === ringOfData(data)) this.#unpublished.delete(unit);
  }
}
