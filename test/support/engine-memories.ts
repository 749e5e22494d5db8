import { BufferPages, FlatRingMem, PAGE_SIZE, PagedRingMem } from '../../src/index.ts';
import { type BufferCopy, CopyEngine, type CopyEngineOptions } from '../../src/memory/copy-engine.ts';
import { RingWindow } from '../../src/memory/ring-window.ts';

const { copy: bufferCopy } = Buffer.prototype as unknown as { readonly copy: BufferCopy };

const ALWAYS = 2 ** 30;

/**
 * Each way that bytes may take in and out of a ring, whatever the runtime that the tests run on would choose: word by word
 * up to a limit or always or never, above it with one of the two bulk copies, `copy` being `Buffer`'s. The limits differ, so
 * that traffic meets each way on both sides of each.
 */
export function copyEngines(copy: BufferCopy): Readonly<Record<CopyEngineName, CopyEngineOptions>> {
  return {
    'words, then set': { wordsInBytes: 128, wordsOutBytes: 256, bufferCopy: null },
    'words, then copy': { wordsInBytes: 256, wordsOutBytes: 128, bufferCopy: copy },
    'words only': { wordsInBytes: ALWAYS, wordsOutBytes: ALWAYS, bufferCopy: null },
    'set only': { wordsInBytes: -1, wordsOutBytes: -1, bufferCopy: null },
    'copy only': { wordsInBytes: -1, wordsOutBytes: -1, bufferCopy: copy },
    'words in, copy out': { wordsInBytes: ALWAYS, wordsOutBytes: -1, bufferCopy: copy },
    'set in, words out': { wordsInBytes: -1, wordsOutBytes: ALWAYS, bufferCopy: null },
  };
}

export type CopyEngineName =
  | 'words, then set'
  | 'words, then copy'
  | 'words only'
  | 'set only'
  | 'copy only'
  | 'words in, copy out'
  | 'set in, words out';

/** With the real `Buffer.prototype.copy`. */
export const COPY_ENGINES: Readonly<Record<CopyEngineName, CopyEngineOptions>> = copyEngines(bufferCopy);

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
  options: CopyEngineOptions,
): FlatRingMem {
  const layout = { buffer, controlOffset: byteOffset, data: byteOffset + PAGE_SIZE, length };
  return withWindow(new FlatRingMem(length, buffer, byteOffset), new RingWindow(layout, new CopyEngine(options)));
}

/** A `PagedRingMem` over pages in one buffer that copies with an engine of its own. */
export function pagedWithEngine(
  buffer: ArrayBufferLike,
  controlOffset: number,
  data: readonly number[],
  options: CopyEngineOptions,
): PagedRingMem {
  const layout = { buffer, controlOffset, data, length: data.length * PAGE_SIZE };
  const memory = new PagedRingMem(BufferPages.inBuffer(buffer, controlOffset, data));
  return withWindow(memory, new RingWindow(layout, new CopyEngine(options)));
}
