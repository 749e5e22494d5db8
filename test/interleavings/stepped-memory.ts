import { FlatRingMem, PAGE_SIZE } from '../../src/index.ts';
import { acceleratedBuffers } from '../../src/memory/accelerated-buffers.ts';
import { ControlWords } from '../../src/memory/control-words.ts';
import type { CopyEngine } from '../../src/memory/copy-engine.ts';
import { RingWindow } from '../../src/memory/ring-window.ts';
import { withWindow } from '../support/engine-memories.ts';
import type { Replay } from './replay.ts';
import { steppedCalls } from './stepped-calls.ts';
import { type DataAccess, steppedControl, steppedView } from './stepped-view.ts';
import type { Side, World } from './world.ts';

/** Copies in words of 64 bits, as far as there are words. */
const WORDS: CopyEngine = {
  wide: true,
  wordsInBytes: 2 ** 30,
  wordsOutBytes: 2 ** 30,
  setInBytes: 0,
  bufferCopy: null,
};

/** Behind the ring, for the caller's arrays: each side's own. */
const PRIVATE_BYTES = 8192;

/** Whether control words and copies are JavaScript's, or the interpreted WebAssembly's. */
export type Kind = 'javascript' | 'wasm';

/** What the accesses of one side are, in one run. */
export interface Accesses extends DataAccess {
  loadWord(word: number): number;
  storeWord(word: number, value: number): void;
  peekWord(word: number): number;
}

/** The memory of a ring as one side sees it in one run. */
export interface SteppedMemory {
  readonly memory: FlatRingMem;
  /** An array in the memory itself, behind the ring. */
  arrayIn(bytes: number): Uint8Array;
  /** Lets go of Atomics. */
  close(): void;
}

/**
 * Control words are steps, data are accesses between them. But what is loaded between a peek at a control word and the next step that orders
 * something is a guess: a race that is meant, and a step itself, which may find what is there or what was.
 */
function accessesOf(world: World, side: Side, replay: Replay): Accesses {
  let isGuessing = false;
  return {
    loadWord: (word) => {
      isGuessing = false;
      return replay.step({ op: 'load', word }, () => world.loadWord(side, word));
    },
    storeWord: (word, value) => {
      isGuessing = false;
      replay.step({ op: 'store', word, value }, (): undefined => {
        world.storeWord(side, word, value);
      });
    },
    peekWord: (word) => {
      isGuessing = true;
      return replay.step({ op: 'peek', word }, () => world.guess(side, { word }));
    },
    load: (offset, bytes, read) => {
      if (isGuessing) {
        if (bytes !== 4) throw new Error(`a guess of ${bytes} bytes`);
        return replay.step({ op: 'guess', offset }, () => world.guess(side, { offset }));
      }
      return replay.access(() => {
        world.touch(side, 'load', offset, bytes);
        return read();
      });
    },
    store: (offset, bytes, write) => {
      replay.access((): undefined => {
        world.touch(side, 'store', offset, bytes);
        write();
        world.stored(side, offset, bytes);
      });
    },
  };
}

/** `world`, as the library's own window over a `FlatRingMem`. */
export function steppedMemory(world: World, side: Side, replay: Replay, kind: Kind): SteppedMemory {
  const { length } = world.data;
  const end = PAGE_SIZE + length;
  const buffer = new SharedArrayBuffer(end + PRIVATE_BYTES);
  const accesses = accessesOf(world, side, replay);
  const calls = kind === 'wasm' ? steppedCalls(new Uint8Array(buffer), world.data, accesses) : null;
  if (calls !== null) acceleratedBuffers.set(buffer, calls);
  const window = new RingWindow({ buffer, controlOffset: 0, data: PAGE_SIZE, length }, WORDS);
  const control = steppedControl(window.i32, accesses.peekWord);
  const fields = window as unknown as Record<string, unknown>;
  fields['control'] = new ControlWords(control, 0, calls);
  for (const name of ['i32', 'u64', 'u8'] as const)
    fields[name] = steppedView(window[name], PAGE_SIZE, world.data, accesses);
  return {
    memory: withWindow(new FlatRingMem(length, buffer), window),
    arrayIn: (bytes) => new Uint8Array(buffer, end, bytes),
    close: standInForAtomics(control, accesses),
  };
}

/** Until it is called, what is returned has Atomics on `array` do what `words` do, and refuse the rest. */
function standInForAtomics(array: Int32Array, words: Accesses): () => void {
  const atomics = Atomics as unknown as Record<string, unknown>;
  const { load, store } = Atomics;
  const check = (target: unknown): void => {
    if (target !== array) throw new Error('Atomics on an array that nobody knows');
  };
  atomics['load'] = (target: Int32Array, word: number): number => {
    check(target);
    return words.loadWord(word);
  };
  atomics['store'] = (target: Int32Array, word: number, value: number): number => {
    check(target);
    words.storeWord(word, value);
    return value;
  };
  return () => {
    atomics['load'] = load;
    atomics['store'] = store;
  };
}
