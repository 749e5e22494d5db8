import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FlatRingMem } from '../../src/index.ts';
import { CallerWords } from '../../src/memory/caller-words.ts';
import { type BufferCopy, type CopyEngine, defaultCopyEngine, detectCopyEngine } from '../../src/memory/copy-engine.ts';

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

/** Some other buffer than the callers' arrays lie in. */
const RING = new ArrayBuffer(8);

/** How often a bulk copy of part of an array, in and out, calls the `copy` that was counted. */
function bulkCopies(engine: CopyEngine): void {
  const caller = new CallerWords();
  caller.replace(Uint8Array.of(1, 2, 3, 4), RING);
  const ring = new Uint8Array(8);
  engine.bulkIn(ring, 5, caller, 1, 2);
  assert.deepEqual([...ring], [0, 0, 0, 0, 0, 2, 3, 0]);
  ring.set([9, 8, 7]);
  engine.bulkOut(ring, 0, caller, 1, 3);
  assert.deepEqual([...caller.bytes], [1, 9, 8, 7]);
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

describe('CallerWords', () => {
  it('has words where the array begins at one', () => {
    const caller = new CallerWords();
    const buffer = new ArrayBuffer(32);
    for (let byteOffset = 0; byteOffset < 8; byteOffset++) {
      const bytes = new Uint8Array(buffer, byteOffset, 13);
      caller.replace(bytes, RING);
      assert.equal(caller.bytes, bytes);
      assert.equal(caller.length, 13);
      assert.equal(caller.words?.length, byteOffset % 4 === 0 ? 3 : undefined);
      if (caller.words !== null) assert.equal(caller.words.byteOffset, byteOffset);
    }
  });

  it('has none for an array in the buffer of the ring: the two sides may overlap', () => {
    const caller = new CallerWords();
    caller.replace(new Uint8Array(RING), RING);
    assert.equal(caller.words, null);
  });

  it('stays as it was where it is given no Uint8Array', () => {
    const caller = new CallerWords();
    const bytes = Uint8Array.of(1);
    caller.replace(bytes, RING);
    for (const bad of [new Int8Array(1), new DataView(new ArrayBuffer(1)), 'x', null, undefined, 7] as unknown[]) {
      assert.throws(() => caller.replace(bad as Uint8Array, RING), TypeError);
      assert.equal(caller.bytes, bytes);
      assert.equal(caller.length, 1);
    }
  });
});
