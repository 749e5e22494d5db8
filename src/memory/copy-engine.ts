/** `Buffer.prototype.copy`, where there is one: the only bulk copy that needs no subarray. */
export type BufferCopy = (
  this: Uint8Array,
  target: Uint8Array,
  targetStart: number,
  sourceStart: number,
  sourceEnd: number,
) => number;

/**
 * How bytes get from a caller's array to the ring and back, within one contiguous piece of the ring: up to which length
 * word by word (which `RingWindow` does, where both sides are aligned), and how in bulk beyond. The figures behind it are in
 * docs/performance.md.
 */
export interface CopyEngine {
  /** Whether words may be 64 bits wide: where copying them makes no BigInts. */
  readonly wide: boolean;
  /** Copies into the ring of up to this many bytes go word by word. */
  readonly wordsInBytes: number;
  /** Copies out of the ring of up to this many bytes go word by word. */
  readonly wordsOutBytes: number;
  /** Longer ones of a whole array into shared memory go through `TypedArray.prototype.set` up to this many bytes: it is slow there. */
  readonly setInBytes: number;
  /** Used for all others; `null` makes them go through `set`. */
  readonly bufferCopy: BufferCopy | null;
}

/**
 * `source[start..start + length]` to `ring[at..]`, in bulk. Plain accesses; the caller has checked all bounds. `shared`: whether the ring
 * lies in shared memory.
 */
export function bulkIn(
  { bufferCopy, setInBytes }: CopyEngine,
  ring: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  length: number,
  shared: boolean,
): void {
  if (length !== source.length) {
    if (bufferCopy !== null) bufferCopy.call(source, ring, at, start, start + length);
    else ring.set(source.subarray(start, start + length), at);
  } else if (bufferCopy === null || !shared || length <= setInBytes) {
    ring.set(source, at);
  } else {
    // Node makes a `set` of the copy of a whole array: all but its last byte is none.
    const last = source[length - 1]!;
    bufferCopy.call(source, ring, at, 0, length - 1);
    ring[at + length - 1] = last;
  }
}

/** From `ring[at..]` to `target[start..start + length]`, in bulk. */
export function bulkOut(
  { bufferCopy }: CopyEngine,
  ring: Uint8Array,
  at: number,
  target: Uint8Array,
  start: number,
  length: number,
): void {
  if (bufferCopy !== null) bufferCopy.call(ring, target, start, at, at + length);
  else target.set(ring.subarray(at, at + length), start);
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

/**
 * The engine for the runtime that asks, by what it can do. V8 alone copies 64-bit words without a BigInt each. It is what Node and Deno
 * are made of; of the runtimes that have Node's Buffer, Bun is the one that is not.
 */
export function detectCopyEngine(): CopyEngine {
  const bufferCopy = findBufferCopy();
  const wide = bufferCopy !== null && !('Bun' in globalThis);
  return { wide, wordsInBytes: 128, wordsOutBytes: wide ? 384 : 128, setInBytes: 1024, bufferCopy };
}

let detected: CopyEngine | undefined;

/** The engine that rings use unless told otherwise: detected when the first of them is made, not at import. */
export function defaultCopyEngine(): CopyEngine {
  detected ??= detectCopyEngine();
  return detected;
}
