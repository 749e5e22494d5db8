import { type BufferCopy, CopyEngine } from '../../src/memory/copy-engine.ts';

const { copy: bufferCopy } = Buffer.prototype as unknown as { copy: BufferCopy };

/** A copy engine, and what it is made of. */
export interface CopyVariant {
  readonly name: string;
  readonly engine: CopyEngine;
}

/** Every way that bytes can be copied: never, sometimes and always word by word, and both bulk copies. */
export const COPY_VARIANTS: readonly CopyVariant[] = [
  [0, 0],
  [128, 256],
  [1 << 30, 0],
  [0, 1 << 30],
  [1 << 30, 1 << 30],
].flatMap(([wordsInBytes, wordsOutBytes]) =>
  [null, bufferCopy].map((copy) => ({
    name: `words up to ${wordsInBytes} in and ${wordsOutBytes} out, ${copy === null ? 'set' : 'Buffer.copy'} above`,
    engine: new CopyEngine({ wordsInBytes: wordsInBytes!, wordsOutBytes: wordsOutBytes!, bufferCopy: copy }),
  })),
);
