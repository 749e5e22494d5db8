import assert from 'node:assert/strict';
import { PAGE_SIZE, type RingMem } from '../../src/index.ts';
import {
  type BufferKind,
  type Layout,
  type MemoryName,
  openMemory,
  pageAt,
  placeRing,
  type RingPlace,
} from '../support/ring-places.ts';
import { Xorshift } from '../support/xorshift.ts';

/**
 * The bytes of one ring, and everything around them: buffers full of old contents, of which the ring may only change
 * what is its own.
 */
export class Backing {
  readonly control: Uint8Array;

  /** The data pages, in the order that the ring has them. */
  readonly pages: readonly Uint8Array[];
  readonly #place: RingPlace;
  readonly #buffers: readonly ArrayBufferLike[];

  /** What the buffers held at first, where no ring is. */
  readonly #outside: readonly Uint8Array[];

  constructor(layout: Layout, pageCount: number, kind: BufferKind, seed: number) {
    const random = new Xorshift(seed);
    const place = placeRing(layout, pageCount, kind, random);
    const { control, data } = place;
    this.#place = place;
    this.#buffers = [...new Set([control, ...data].map(({ buffer }) => buffer))];
    this.control = pageAt(control);
    this.pages = data.map(pageAt);
    for (const buffer of this.#buffers) new Uint8Array(buffer).set(random.bytes(buffer.byteLength));
    this.#outside = this.#copyOutside();
  }

  /** A memory over these bytes. */
  open(kind: MemoryName): RingMem {
    return openMemory(this.#place, kind);
  }

  /** One control word, byte by byte. */
  controlWord(word: number): number {
    const at = word * 4;
    const [a, b, c, d] = [this.control[at]!, this.control[at + 1]!, this.control[at + 2]!, this.control[at + 3]!];
    return a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
  }

  setControlWord(word: number, value: number): void {
    for (let rest = value, i = 0; i < 4; i++) {
      this.control[word * 4 + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }

  /** Throws if a byte outside of the ring was written. */
  checkOutside(): void {
    this.#copyOutside().forEach((bytes, i) => {
      assert.equal(Buffer.compare(bytes, this.#outside[i]!), 0, 'bytes outside of the ring changed');
    });
  }

  /** Copies of all buffers with the ring's own pages blanked out. */
  #copyOutside(): Uint8Array[] {
    const { control, data } = this.#place;
    return this.#buffers.map((buffer) => {
      const copy = Uint8Array.from(new Uint8Array(buffer));
      for (const page of [control, ...data]) {
        if (page.buffer === buffer) copy.fill(0, page.byteOffset, page.byteOffset + PAGE_SIZE);
      }
      return copy;
    });
  }
}
