import assert from 'node:assert/strict';
import type { Access, ControlAccess, DataAccess, WordName } from './recording.ts';

/** Who may store each control word. */
const OWNER: Readonly<Record<WordName, 'writer' | 'reader'>> = {
  in: 'writer',
  pending: 'writer',
  features: 'writer',
  out: 'reader',
  mask: 'reader',
};

/**
 * Goes through a recording and checks each access against those before it, by what the two ends knew at that moment:
 *
 * - a byte is stored only where the last `out` that the writer loaded, and the last `in` that it stored, leave room;
 * - `in` is stored only when every byte that it publishes was stored since it was stored last;
 * - a byte is loaded only if the last `in` that the reader loaded published it, and the last `out` that it stored did not
 *   give it back;
 * - nobody stores a control word of the other's, the writer loads no data, and the reader stores none.
 */
export class OrderJudge {
  readonly #size: number;
  #storedIn = 0;
  #storedOut = 0;

  /** `null` until they are loaded for the first time. */
  #writerKnowsOut: number | null = null;
  #readerKnowsIn: number | null = null;

  /** Which bytes were stored since `in` was. */
  #stored: Uint8Array;

  /** For a ring of `size` bytes of data that begins empty, with `in` and `out` at `start`. */
  constructor(size: number, start: number) {
    this.#size = size;
    this.#storedIn = start;
    this.#storedOut = start;
    this.#stored = new Uint8Array(size);
  }

  check(accesses: readonly Access[]): void {
    for (const access of accesses) {
      if (access.at === 'control') this.#control(access);
      else if (access.side === 'writer') this.#writerData(access);
      else this.#readerData(access);
    }
  }

  #control({ side, op, word, value }: ControlAccess): void {
    if (op === 'store') {
      assert.equal(side, OWNER[word], `${word} was stored by the ${side}`);
      if (word === 'in') this.#publish(value);
      if (word === 'out') this.#giveBack(value);
    } else if (side === 'writer' && word === 'out') {
      this.#writerKnowsOut = value;
    } else if (side === 'reader' && word === 'in') {
      this.#readerKnowsIn = value;
    }
  }

  #publish(newIn: number): void {
    const bytes = this.#distance(this.#storedIn, newIn);
    for (let i = 0; i < bytes; i++) {
      const at = (this.#storedIn + i) % this.#size;
      assert.equal(this.#stored[at], 1, `byte ${at} was published before it was stored`);
    }
    this.#storedIn = newIn;
    this.#stored = new Uint8Array(this.#size);
  }

  #giveBack(newOut: number): void {
    assert.notEqual(this.#readerKnowsIn, null, 'out was stored before in was loaded');
    const given = this.#distance(this.#storedOut, newOut);
    assert.ok(given <= this.#distance(this.#storedOut, this.#readerKnowsIn!), 'more was given back than was there');
    this.#storedOut = newOut;
  }

  #writerData({ op, offset, bytes }: DataAccess): void {
    assert.equal(op, 'store', `the writer loaded ${bytes} bytes at ${offset}`);
    assert.notEqual(this.#writerKnowsOut, null, 'data was stored before out was loaded');
    const used = this.#distance(this.#writerKnowsOut!, this.#storedIn);
    const end = this.#distance(this.#storedIn, offset) + bytes;
    assert.ok(
      end <= this.#size - 8 - used,
      `${bytes} bytes at ${offset} were stored before they were known to be free`,
    );
    this.#stored.fill(1, offset, offset + bytes);
  }

  #readerData({ op, offset, bytes }: DataAccess): void {
    assert.equal(op, 'load', `the reader stored ${bytes} bytes at ${offset}`);
    assert.notEqual(this.#readerKnowsIn, null, 'data was loaded before in was');
    const known = this.#distance(this.#storedOut, this.#readerKnowsIn!);
    const end = this.#distance(this.#storedOut, offset) + bytes;
    assert.ok(end <= known, `${bytes} bytes at ${offset} were loaded before they were known to be there, or after`);
  }

  #distance(from: number, to: number): number {
    return (to - from + this.#size) % this.#size;
  }
}
