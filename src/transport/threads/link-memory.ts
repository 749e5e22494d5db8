import { ChannelError } from '../../channel/channel-error.ts';
import { PAGE_SIZE } from '../../wire/page.ts';
import { DOORBELL_WORDS, initializeDoorbell } from './doorbell.ts';

/**
 * What the two ends of a channel need of shared memory besides their rings: one page.
 *
 * ```text
 *    words 0 magic, 1 version, 2 and 3 bytes of the rings behind the page, 4 to 7 identity,
 *          16 and 17 state of the ends, 32 and 48 life of the ends (see liveness/),
 *          64 doorbell of end 0, 144 doorbell of end 1
 * ```
 */
const MAGIC = 0x6c_6e_68_63;
const VERSION = 1;

const WORD_MAGIC = 0;
const WORD_VERSION = 1;
const WORD_RING_BYTES = 2;
const WORD_IDENTITY = 4;
const IDENTITY_WORDS = 4;
const WORD_STATE = 16;
const WORD_LIFE = 32;
const WORD_DOORBELL = 64;

/** Words that say of an end whether its thread lives, on a cache line of their own. */
const LIFE_WORDS = 16;

/** The page that links the two ends of a channel: whether they are open, whether their threads live, their doorbells. */
export class LinkMemory {
  /** Bytes of the rings that lie behind the page; 0 where there are none. */
  readonly sizes: readonly [number, number];
  readonly #words: Int32Array;

  private constructor(words: Int32Array, sizes: readonly [number, number]) {
    this.#words = words;
    this.sizes = sizes;
  }

  /** Lays the page out at the beginning of `buffer`, which is all zeros. Both ends are unopened. */
  static create(buffer: SharedArrayBuffer, sizes: readonly [number, number]): LinkMemory {
    const words = wordsOf(buffer);
    // Not straight into the words: random values are not given to shared memory.
    words.set(crypto.getRandomValues(new Int32Array(IDENTITY_WORDS)), WORD_IDENTITY);
    words.set(sizes, WORD_RING_BYTES);
    const link = new LinkMemory(words, sizes);
    for (const end of [0, 1] as const) initializeDoorbell(link.doorbell(end), 1, words[WORD_IDENTITY]! ^ end);
    words[WORD_VERSION] = VERSION;
    Atomics.store(words, WORD_MAGIC, MAGIC);
    return link;
  }

  /** The page that another thread laid out. Throws a `ChannelError` with code `InvalidHandle` where there is none. */
  static open(buffer: SharedArrayBuffer): LinkMemory {
    if (buffer.byteLength < PAGE_SIZE) throw new ChannelError('InvalidHandle', 'the memory holds no channel');
    const words = wordsOf(buffer);
    if (Atomics.load(words, WORD_MAGIC) !== MAGIC)
      throw new ChannelError('InvalidHandle', 'the memory holds no channel');
    if (words[WORD_VERSION] !== VERSION) {
      throw new ChannelError('InvalidHandle', `the memory holds a channel of version ${words[WORD_VERSION]}`);
    }
    // Read once: whoever shares the memory can write to it at any time.
    return new LinkMemory(words, [words[WORD_RING_BYTES]! >>> 0, words[WORD_RING_BYTES + 1]! >>> 0]);
  }

  /** One word for each end: see `Signal`. */
  states(): Int32Array {
    return this.#words.subarray(WORD_STATE, WORD_STATE + 2);
  }

  /** The words that say whether the thread of `end` lives. */
  life(end: 0 | 1): Int32Array {
    const start = WORD_LIFE + end * LIFE_WORDS;
    return this.#words.subarray(start, start + LIFE_WORDS);
  }

  /** The words of the doorbell that `end` has for itself. */
  doorbell(end: 0 | 1): Int32Array {
    const start = WORD_DOORBELL + end * DOORBELL_WORDS;
    return this.#words.subarray(start, start + DOORBELL_WORDS);
  }

  /** A name that no other channel has. */
  get identity(): string {
    const words = this.#words.subarray(WORD_IDENTITY, WORD_IDENTITY + IDENTITY_WORDS);
    return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

function wordsOf(buffer: SharedArrayBuffer): Int32Array {
  return new Int32Array(buffer, 0, PAGE_SIZE / 4);
}
