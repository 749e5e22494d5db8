import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { pageAt, type RingPlace } from '../../support/ring-places.ts';

/** Bytes of a control page that have a meaning; the rest is nobody's, and kept secret. */
const CONTROL_BYTES = 128;

/**
 * Bytes that no peer must ever see, or change: all that lies around rings in their buffers. A unit of 8 bytes that nobody can guess,
 * over and over, so that any 8 of them that turn up in what was delivered tell that it was read from where nothing should be.
 */
export class Secrets {
  readonly #unit: Buffer = randomBytes(8);
  readonly #kept: Uint8Array[] = [];

  /** Fills `bytes`, which begin at a multiple of 8 in their buffer, and keeps an eye on them. */
  keep(bytes: Uint8Array): void {
    Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length).fill(this.#unit);
    this.#kept.push(bytes);
  }

  /** Keeps all of the buffers of `place` but the rings' data and control words: those become zeros. `others`: what else is in use there. */
  keepAround(place: RingPlace, others: readonly Uint8Array[] = []): void {
    const used = [pageAt(place.control).subarray(0, CONTROL_BYTES), ...place.data.map(pageAt), ...others];
    for (const buffer of new Set(used.map((bytes) => bytes.buffer))) {
      const inBuffer = used.filter((bytes) => bytes.buffer === buffer).toSorted((a, b) => a.byteOffset - b.byteOffset);
      let start = 0;
      for (const { byteOffset, byteLength } of inBuffer) {
        this.keep(new Uint8Array(buffer, start, byteOffset - start));
        start = byteOffset + byteLength;
      }
      this.keep(new Uint8Array(buffer, start));
    }
    for (const bytes of used) bytes.fill(0);
  }

  /** Throws if something secret is in what was delivered. */
  checkDelivered(bytes: Uint8Array, what: string): void {
    assert.equal(Buffer.from(bytes).indexOf(this.#unit), -1, `${what} delivered what lies outside of the ring`);
  }

  /** Throws if something was written over, and forgets them all. */
  checkUntouched(): void {
    for (const bytes of this.#kept.splice(0)) {
      const copy = Buffer.from(bytes);
      assert.ok(copy.equals(Buffer.alloc(copy.length, this.#unit)), 'what lies outside of the rings was written to');
    }
  }
}
