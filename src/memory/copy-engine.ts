import type { CallerWords } from './caller-words.ts';

/** A run of words: an Int32Array, or a BigUint64Array that passes for one, since both are only copied element-wise. */
export type Words = Int32Array;

/** `Buffer.prototype.copy`, where there is one: the only bulk copy that needs no subarray. */
export type BufferCopy = (
  this: Uint8Array,
  target: Uint8Array,
  targetStart: number,
  sourceStart: number,
  sourceEnd: number,
) => number;

/** What a {@link CopyEngine} is made of. */
export interface CopyEngineOptions {
  /** Bytes of the words that short copies go by: 8, or 4 on engines that allocate a BigInt for each 64-bit element. */
  readonly wordBytes: 4 | 8;
  /** Copies up to this many bytes go word by word. */
  readonly wordLimitBytes: number;
  /** Used for longer ones; `null` makes them go through `TypedArray.prototype.set`. */
  readonly bufferCopy: BufferCopy | null;
}

/** `count` words, one by one. */
export function copyWords(target: Words, at: number, source: Words, from: number, count: number): void {
  let i = 0;
  for (const unrolled = count - 3; i < unrolled; i += 4) {
    target[at + i] = source[from + i]!;
    target[at + i + 1] = source[from + i + 1]!;
    target[at + i + 2] = source[from + i + 2]!;
    target[at + i + 3] = source[from + i + 3]!;
  }
  for (; i < count; i++) target[at + i] = source[from + i]!;
}

/** `count` bytes, one by one: for the few behind the last whole word. */
export function copyBytes(target: Uint8Array, at: number, source: Uint8Array, from: number, count: number): void {
  for (let i = 0; i < count; i++) target[at + i] = source[from + i]!;
}

/**
 * How bytes get from a caller's array to the ring and back, within one contiguous piece of the ring: word by word where
 * both sides are aligned and the piece is short, by the engine's own bulk copy else. The figures behind it are in
 * ARCHITECTURE.md.
 *
 * Plain accesses all. The caller has checked all bounds.
 */
export class CopyEngine {
  readonly wordBytes: 4 | 8;
  readonly wordLimitBytes: number;
  readonly #bufferCopy: BufferCopy | null;

  constructor(options: CopyEngineOptions) {
    this.wordBytes = options.wordBytes;
    this.wordLimitBytes = options.wordLimitBytes;
    this.#bufferCopy = options.bufferCopy;
  }

  /** `source[start..start + length]` to `ring[at..]`, in bulk. */
  bulkIn(ring: Uint8Array, at: number, source: CallerWords, start: number, length: number): void {
    const { bytes } = source;
    if (start === 0 && length === source.length) ring.set(bytes, at);
    else if (this.#bufferCopy !== null) this.#bufferCopy.call(bytes, ring, at, start, start + length);
    else ring.set(bytes.subarray(start, start + length), at);
  }

  /** From `ring[at..]` to `target[start..start + length]`, in bulk. */
  bulkOut(ring: Uint8Array, at: number, target: CallerWords, start: number, length: number): void {
    if (this.#bufferCopy !== null) this.#bufferCopy.call(ring, target.bytes, start, at, at + length);
    else target.bytes.set(ring.subarray(at, at + length), start);
  }
}

/** V8 keeps 64-bit elements in registers from load to store; other engines allocate a BigInt for each. */
function copiesBigIntsForFree(): boolean {
  return 'v8BreakIterator' in Intl;
}

/** Reached through the global object: the library imports nothing from Node. */
function findBufferCopy(): BufferCopy | null {
  const { Buffer } = globalThis as { Buffer?: { prototype?: { copy?: unknown } } };
  const copy = Buffer?.prototype?.copy;
  return typeof copy === 'function' ? (copy as BufferCopy) : null;
}

/** The engine for the runtime that asks, by what it can do. */
export function detectCopyEngine(): CopyEngine {
  const wordBytes = copiesBigIntsForFree() ? 8 : 4;
  return new CopyEngine({ wordBytes, wordLimitBytes: wordBytes === 8 ? 256 : 128, bufferCopy: findBufferCopy() });
}

let detected: CopyEngine | undefined;

/** The engine that rings use unless told otherwise: detected when the first of them is made, not at import. */
export function defaultCopyEngine(): CopyEngine {
  detected ??= detectCopyEngine();
  return detected;
}
