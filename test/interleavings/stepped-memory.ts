import { FlatRingMem, PAGE_SIZE } from '../../src/index.ts';
import type { CopyEngine } from '../../src/memory/copy-engine.ts';
import { RingWindow } from '../../src/memory/ring-window.ts';
import { withWindow } from '../support/engine-memories.ts';
import type { Replay } from './replay.ts';
import { steppedView } from './stepped-view.ts';
import type { Side, World } from './world.ts';

/** Copies in words of 64 bits, as far as there are words. */
const WORDS: CopyEngine = {
  wide: true,
  wordsInBytes: 2 ** 30,
  wordsOutBytes: 2 ** 30,
  setInBytes: 0,
  bufferCopy: null,
};

/** The memory of a ring as one side sees it in one run. */
export interface SteppedMemory {
  readonly memory: FlatRingMem;
  /** Lets go of Atomics. */
  close(): void;
}

/** `world`, as the library's own window over a `FlatRingMem`: control words are steps, data are accesses between them. */
export function steppedMemory(world: World, side: Side, replay: Replay): SteppedMemory {
  const { length } = world.data;
  const buffer = new SharedArrayBuffer(PAGE_SIZE + length);
  const window = new RingWindow({ buffer, controlOffset: 0, data: PAGE_SIZE, length }, WORDS);
  const control = window.i32;
  const data = {
    load: (offset: number, bytes: number, read: () => number | bigint) =>
      replay.access(() => {
        world.touch(side, 'load', offset, bytes);
        return read();
      }),
    store: (offset: number, bytes: number, write: () => void) => {
      replay.access((): undefined => {
        world.touch(side, 'store', offset, bytes);
        write();
      });
    },
  };
  const fields = window as unknown as Record<string, unknown>;
  for (const name of ['i32', 'u64', 'u8'] as const)
    fields[name] = steppedView(window[name], PAGE_SIZE, world.data, data);
  const close = standInForAtomics(control, {
    load: (word) => replay.step({ op: 'load', word }, () => world.loadWord(side, word)),
    store: (word, value) => {
      replay.step({ op: 'store', word, value }, (): undefined => {
        world.storeWord(side, word, value);
      });
    },
  });
  return { memory: withWindow(new FlatRingMem(length, buffer), window), close };
}

interface Words {
  load(word: number): number;
  store(word: number, value: number): void;
}

/** Until it is called, what is returned has Atomics on `array` do what `words` do, and refuse the rest. */
function standInForAtomics(array: Int32Array, words: Words): () => void {
  const atomics = Atomics as unknown as Record<string, unknown>;
  const { load, store } = Atomics;
  const check = (target: unknown): void => {
    if (target !== array) throw new Error('Atomics on an array that nobody knows');
  };
  atomics['load'] = (target: Int32Array, word: number): number => {
    check(target);
    return words.load(word);
  };
  atomics['store'] = (target: Int32Array, word: number, value: number): number => {
    check(target);
    words.store(word, value);
    return value;
  };
  return () => {
    atomics['load'] = load;
    atomics['store'] = store;
  };
}
