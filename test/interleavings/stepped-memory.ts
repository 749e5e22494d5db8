import { CONTROL_WORD_COUNT, FlatRingMem, PAGE_SIZE, type RingMem } from '../../src/index.ts';
import { acceleratedBuffers } from '../../src/memory/accelerated-buffers.ts';
import { ControlWords } from '../../src/memory/control-words.ts';
import type { CopyEngine } from '../../src/memory/copy-engine.ts';
import { RingWindow } from '../../src/memory/ring-window.ts';
import { withWindow } from '../support/engine-memories.ts';
import { UserRingMem } from '../support/user-memories.ts';
import type { Accesses } from './accesses.ts';
import { CHANNEL_BYTES, controlPageOf, dataOf, type Ring, RING_BYTES } from './layout.ts';
import { steppedCalls } from './stepped-calls.ts';
import { steppedView } from './stepped-view.ts';

const ALWAYS = 2 ** 30;

/** Copies in words of 64 bits, as far as there are words; or in bulk. */
const WORDS: CopyEngine = {
  wide: true,
  wordsInBytes: ALWAYS,
  wordsOutBytes: ALWAYS,
  setInBytes: 0,
  bufferCopy: null,
};
const BULK: CopyEngine = { ...WORDS, wordsInBytes: -1, wordsOutBytes: -1, setInBytes: ALWAYS };

/**
 * What the library is made to go by: control words and copies by JavaScript, word by word or in bulk, or through a table of pages; by the interpreted
 * WebAssembly; or the general path, over memory that it does not know.
 */
export type Kind = 'javascript' | 'bulk' | 'pages' | 'wasm' | 'general';

/** Behind the channel, for the caller's arrays: each side's own. */
const PRIVATE_BYTES = 8192;
const BUFFER_BYTES = CHANNEL_BYTES + PRIVATE_BYTES;

/** Buffers are used again, run by run: making them takes longer than most runs. */
const BUFFERS = { wasm: new SharedArrayBuffer(BUFFER_BYTES), other: new SharedArrayBuffer(BUFFER_BYTES) };

/** The memory of a channel as one side sees it in one run. */
export class SteppedMemory {
  /** Nothing is in it but what is behind the channel, and that is overwritten before it is read: all else is `accesses`'. */
  readonly buffer: SharedArrayBuffer;
  readonly #accesses: Accesses;
  readonly #kind: Kind;

  constructor(accesses: Accesses, kind: Kind) {
    this.#accesses = accesses;
    this.#kind = kind;
    this.buffer = kind === 'wasm' ? BUFFERS.wasm : BUFFERS.other;
    if (kind === 'wasm') acceleratedBuffers.set(this.buffer, steppedCalls(new Uint8Array(this.buffer), accesses));
  }

  /** A ring, over the library's own window. */
  ring(ring: Ring): RingMem {
    const { buffer } = this;
    if (this.#kind === 'general') return this.#userRing(ring);
    const data = this.#kind === 'pages' ? [dataOf(ring)] : dataOf(ring);
    const layout = { buffer, controlOffset: controlPageOf(ring), data, length: RING_BYTES };
    const window = new RingWindow(layout, this.#kind === 'bulk' ? BULK : WORDS);
    const fields = window as unknown as Record<string, unknown>;
    for (const name of ['i32', 'u64', 'u8'] as const) fields[name] = steppedView(window[name], this.#accesses);
    fields['control'] = new ControlWords(window.i32, 0, acceleratedBuffers.get(buffer));
    return withWindow(new FlatRingMem(RING_BYTES, buffer, controlPageOf(ring)), window);
  }

  #userRing(ring: Ring): RingMem {
    const control = new Uint8Array(this.buffer, controlPageOf(ring), 4 * CONTROL_WORD_COUNT);
    const data = new Uint8Array(this.buffer, dataOf(ring), PAGE_SIZE);
    return new UserRingMem([control, steppedView(data, this.#accesses)]);
  }

  /** Words of the page that links the ends. */
  words(start: number, count: number): Int32Array {
    return steppedView(new Int32Array(this.buffer, 4 * start, count), this.#accesses, true);
  }

  /** An array of the caller's: where WebAssembly copies, in the memory itself, behind the channel. */
  array(bytes: number): Uint8Array {
    return this.#kind === 'wasm' ? new Uint8Array(this.buffer, CHANNEL_BYTES, bytes) : new Uint8Array(bytes);
  }
}
