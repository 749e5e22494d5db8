import type { CallerWords } from './caller-words.ts';

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
  /** Copies into the ring of up to this many bytes go word by word. */
  readonly wordsInBytes: number;
  /** Copies out of the ring of up to this many bytes go word by word. */
  readonly wordsOutBytes: number;
  /** Used for longer ones; `null` makes them go through `TypedArray.prototype.set`. */
  readonly bufferCopy: BufferCopy | null;
}

/** `count` words, one by one. Unrolled: the loop's own work is a third of it. */
export function copyWords(target: Int32Array, at: number, source: Int32Array, from: number, count: number): void {
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
 * How bytes get from a caller's array to the ring and back, within one contiguous piece of the ring: up to which length
 * word by word (which `RingWindow` does, where both sides are aligned), and how in bulk beyond. The figures behind it are in
 * ARCHITECTURE.md.
 *
 * Plain accesses all. The caller has checked all bounds.
 */
export class CopyEngine {
  readonly wordsInBytes: number;
  readonly wordsOutBytes: number;
  readonly #bufferCopy: BufferCopy | null;

  constructor(options: CopyEngineOptions) {
    this.wordsInBytes = options.wordsInBytes;
    this.wordsOutBytes = options.wordsOutBytes;
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

/**
 * Reached through the global object: the library imports nothing from Node. Tried before it is trusted: the one that bundlers
 * put in its place refuses arrays that are no Buffers.
 */
function findBufferCopy(): BufferCopy | null {
  const target = new Uint8Array(1);
  try {
    const { copy } = (globalThis as unknown as { Buffer: { prototype: { copy: BufferCopy } } }).Buffer.prototype;
    copy.call(Uint8Array.of(1), target, 0, 0, 1);
    return target[0] === 1 ? copy : null;
  } catch {
    return null;
  }
}

/** The engine for the runtime that asks, by what it can do. */
export function detectCopyEngine(): CopyEngine {
  return new CopyEngine({ wordsInBytes: 128, wordsOutBytes: 128, bufferCopy: findBufferCopy() });
}

let detected: CopyEngine | undefined;

/** The engine that rings use unless told otherwise: detected when the first of them is made, not at import. */
export function defaultCopyEngine(): CopyEngine {
  detected ??= detectCopyEngine();
  return detected;
}
