import { BufferPages, FlatRingMem, PAGE_SIZE, PagedRingMem } from '../../src/index.ts';
import type { BufferCopy, CopyEngine } from '../../src/memory/copy-engine.ts';
import { RingWindow } from '../../src/memory/ring-window.ts';

const { copy: bufferCopy } = Buffer.prototype as unknown as { readonly copy: BufferCopy };

const ALWAYS = 2 ** 30;

/**
 * Each way that bytes may take in and out of a ring, whatever the runtime that the tests run on would choose: word by word
 * up to a limit or always or never, above it with one of the two bulk copies, `copy` being `Buffer`'s. The limits differ, so
 * that traffic meets each way on both sides of each.
 */
export function copyEngines(copy: BufferCopy): Readonly<Record<CopyEngineName, CopyEngine>> {
  const words = { wide: false, setInBytes: 512, bufferCopy: null };
  const wide = { ...words, wide: true };
  return {
    'words, then set': { ...words, wordsInBytes: 128, wordsOutBytes: 256 },
    'words, then copy': { ...words, wordsInBytes: 256, wordsOutBytes: 128, bufferCopy: copy },
    'words only': { ...words, wordsInBytes: ALWAYS, wordsOutBytes: ALWAYS },
    'wide words, then set': { ...wide, wordsInBytes: 128, wordsOutBytes: 256 },
    'wide words, then copy': { ...wide, wordsInBytes: 256, wordsOutBytes: 128, bufferCopy: copy },
    'wide words only': { ...wide, wordsInBytes: ALWAYS, wordsOutBytes: ALWAYS },
    'set only': { ...words, wordsInBytes: -1, wordsOutBytes: -1 },
    'copy only': { ...words, wordsInBytes: -1, wordsOutBytes: -1, setInBytes: 0, bufferCopy: copy },
    'words in, copy out': { ...wide, wordsInBytes: ALWAYS, wordsOutBytes: -1, bufferCopy: copy },
    'set in, words out': { ...words, wordsInBytes: -1, wordsOutBytes: ALWAYS },
  };
}

export type CopyEngineName =
  | 'words, then set'
  | 'words, then copy'
  | 'words only'
  | 'wide words, then set'
  | 'wide words, then copy'
  | 'wide words only'
  | 'set only'
  | 'copy only'
  | 'words in, copy out'
  | 'set in, words out';

/** With the real `Buffer.prototype.copy`. */
export const COPY_ENGINES: Readonly<Record<CopyEngineName, CopyEngine>> = copyEngines(bufferCopy);

/** Puts `window` under `memory`, as if it had been made with it. */
export function withWindow<Memory extends { readonly window: unknown }>(memory: Memory, window: RingWindow): Memory {
  (memory as { window: unknown }).window = window;
  return memory;
}

/** A `FlatRingMem` that copies with an engine of its own. */
export function flatWithEngine(
  length: number,
  buffer: ArrayBufferLike,
  byteOffset: number,
  options: CopyEngine,
): FlatRingMem {
  const layout = { buffer, controlOffset: byteOffset, data: byteOffset + PAGE_SIZE, length };
  return withWindow(new FlatRingMem(length, buffer, byteOffset), new RingWindow(layout, options));
}

/** A `PagedRingMem` over pages in one buffer that copies with an engine of its own. */
export function pagedWithEngine(
  buffer: ArrayBufferLike,
  controlOffset: number,
  data: readonly number[],
  options: CopyEngine,
): PagedRingMem {
  const layout = { buffer, controlOffset, data, length: data.length * PAGE_SIZE };
  const memory = new PagedRingMem(BufferPages.inBuffer(buffer, controlOffset, data));
  return withWindow(memory, new RingWindow(layout, options));
}
