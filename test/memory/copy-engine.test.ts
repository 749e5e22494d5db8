import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FlatRingMem } from '../../src/index.ts';
import { CallerWords } from '../../src/memory/caller-words.ts';
import { resizableBuffer } from '../support/vanishing-buffers.ts';
import {
  type BufferCopy,
  bulkIn,
  bulkOut,
  type CopyEngine,
  defaultCopyEngine,
  detectCopyEngine,
} from '../../src/memory/copy-engine.ts';

type WithBuffer = { Buffer?: unknown };

/** Runs `run` in a runtime that has another `Buffer`, or none. */
function withBuffer<T>(buffer: unknown, run: () => T): T {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'Buffer')!;
  Reflect.deleteProperty(globalThis, 'Buffer');
  if (buffer !== undefined) (globalThis as WithBuffer).Buffer = buffer;
  try {
    return run();
  } finally {
    Object.defineProperty(globalThis, 'Buffer', original);
  }
}

/** How often a bulk copy of part of an array, in and out, calls the `copy` that was counted. */
function bulkCopies(engine: CopyEngine): void {
  const caller = Uint8Array.of(1, 2, 3, 4);
  const ring = new Uint8Array(8);
  bulkIn(engine, ring, 5, caller, 1, 2, true);
  assert.deepEqual([...ring], [0, 0, 0, 0, 0, 2, 3, 0]);
  ring.set([9, 8, 7]);
  bulkOut(engine, ring, 0, caller, 1, 3);
  assert.deepEqual([...caller], [1, 9, 8, 7]);
}

function countingBuffer(): { calls: () => number; buffer: unknown } {
  let calls = 0;
  const { copy } = Buffer.prototype as unknown as { copy: BufferCopy };
  function counted(this: Uint8Array, ...args: Parameters<BufferCopy>): number {
    calls++;
    return copy.apply(this, args);
  }
  return { calls: () => calls, buffer: { prototype: { copy: counted } } };
}

describe('the default copy engine', () => {
  // First of all: nothing in this process has made a ring yet.
  it('is chosen when the first ring is made, not at import, and once', () => {
    const { calls, buffer } = countingBuffer();
    withBuffer(buffer, () => new FlatRingMem(4096));
    const engine = defaultCopyEngine();
    assert.equal(defaultCopyEngine(), engine);
    bulkCopies(engine);
    // Once to try it, once each way.
    assert.equal(calls(), 3);
  });
});

describe('detectCopyEngine', () => {
  it("takes Buffer's copy where there is one", () => {
    const { calls, buffer } = countingBuffer();
    bulkCopies(withBuffer(buffer, detectCopyEngine));
    // Once to try it, once each way.
    assert.equal(calls(), 3);
  });

  it('does without where there is none', () => {
    for (const buffer of [undefined, null, {}, { prototype: {} }, { prototype: { copy: 'no function' } }]) {
      bulkCopies(withBuffer(buffer, detectCopyEngine));
    }
  });

  it('does without where it is not what Node has', () => {
    const strict = (): never => {
      throw new TypeError('argument should be a Buffer');
    };
    for (const copy of [strict, () => 0]) bulkCopies(withBuffer({ prototype: { copy } }, detectCopyEngine));
  });
});

describe('bulkIn', () => {
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i + 1);

  it('leaves the last byte of a whole array to itself where sets are slow: Node would make one of it', () => {
    const ends: number[] = [];
    const copy: BufferCopy = function (target, targetStart, start, end) {
      ends.push(end);
      target.set(this.subarray(start, end), targetStart);
      return end - start;
    };
    const engine = { wide: true, wordsInBytes: -1, wordsOutBytes: -1, setInBytes: 16, bufferCopy: copy };
    for (const [length, shared] of [
      [0, true],
      [16, true],
      [17, true],
      [100, false],
      [100, true],
    ] as const) {
      const ring = new Uint8Array(128);
      bulkIn(engine, ring, 3, bytes(length), 0, length, shared);
      assert.deepEqual(
        ring,
        Uint8Array.from({ length: 128 }, (_, i) => (i >= 3 && i < 3 + length ? i - 2 : 0)),
      );
    }
    assert.deepEqual(ends, [16, 99]);
  });

  it('is right where the two sides overlap', () => {
    const engine = detectCopyEngine();
    for (const shift of [-1, 1, 700]) {
      const room = Uint8Array.from({ length: 8000 }, (_, i) => i * 7);
      const expected = Uint8Array.from(room);
      expected.copyWithin(1000 + shift, 1000, 5000);
      bulkIn(engine, room, 1000 + shift, room.subarray(1000, 5000), 0, 4000, true);
      assert.deepEqual(room, expected);
    }
  });
});

describe('CallerWords', () => {
  const ring = new ArrayBuffer(8);

  it('has words of an array that it has seen twice in a row', () => {
    const caller = new CallerWords(ring, true);
    const buffer = new ArrayBuffer(64);
    for (let byteOffset = 0; byteOffset < 16; byteOffset++) {
      const bytes = new Uint8Array(buffer, byteOffset, 29);
      caller.see(bytes);
      assert.equal(caller.bytes, bytes);
      assert.deepEqual([caller.byteCount, caller.words, caller.wide], [-1, null, null]);
      caller.see(bytes);
      assert.equal(caller.byteCount, 29);
      assert.equal(caller.words?.length, byteOffset % 4 === 0 ? 7 : undefined);
      assert.equal(caller.wide?.length, byteOffset % 8 === 0 ? 3 : undefined);
      for (const view of [caller.words, caller.wide]) assert.equal(view?.byteOffset ?? byteOffset, byteOffset);
      const { words } = caller;
      caller.see(bytes);
      assert.equal(caller.words, words, 'made anew');
    }
  });

  it('has 32-bit words only where the engine is not good at others', () => {
    const caller = new CallerWords(ring, false);
    const bytes = new Uint8Array(16);
    for (let i = 0; i < 2; i++) caller.see(bytes);
    assert.equal(caller.words?.length, 4);
    assert.equal(caller.wide, null);
  });

  it('has none for an array in the buffer of the ring, where the two sides may overlap, but knows where it lies', () => {
    const caller = new CallerWords(ring, true);
    const inside = new Uint8Array(ring, 4, 4);
    caller.see(inside);
    assert.equal(caller.address, -1);
    caller.see(inside);
    assert.deepEqual([caller.words, caller.wide, caller.address], [null, null, 4]);
    caller.see(Uint8Array.of(1));
    assert.equal(caller.address, -1);
  });

  it('sees that an array has another length', () => {
    const buffer = resizableBuffer(16, 32);
    const bytes = new Uint8Array(buffer);
    const caller = new CallerWords(ring, true);
    for (let i = 0; i < 2; i++) caller.see(bytes);
    assert.equal(caller.wide?.length, 2);
    buffer.resize(32);
    for (let i = 0; i < 2; i++) caller.see(bytes);
    assert.deepEqual([caller.byteCount, caller.words?.length, caller.wide?.length], [32, 8, 4]);
  });

  it('stays as it was where it is given no Uint8Array', () => {
    const caller = new CallerWords(ring, true);
    const bytes = Uint8Array.of(1);
    for (let i = 0; i < 2; i++) caller.see(bytes);
    for (const bad of [new Int8Array(1), new DataView(new ArrayBuffer(1)), 'x', null, undefined, 7] as unknown[]) {
      assert.throws(() => caller.see(bad as Uint8Array), TypeError);
      assert.equal(caller.bytes, bytes);
      assert.equal(caller.byteCount, 1);
    }
  });
});
