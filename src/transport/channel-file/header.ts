import { type EndState, endStateOf } from '../../channel/signal.ts';
import { checkRingLength } from '../../memory/layout-check.ts';
import { PAGE_SIZE } from '../../wire/page.ts';
import { channelBytes, type ChannelSizes } from '../channel-layout.ts';
import {
  CHANNEL_FILE_VERSION,
  HEADER_WORDS,
  IDENTITY_WORDS,
  MAGIC,
  READY,
  WORD_IDENTITY,
  WORD_MAGIC,
  WORD_PROCESS,
  WORD_READY,
  WORD_RING_BYTES,
  WORD_STATE,
  WORD_VERSION,
} from './layout.ts';

/** What the first page of a channel's file says. Whoever may write to the file can have written all of it. */
export interface ChannelFileHeader {
  /** Bytes of data of the ring that end 0 writes, and of the one that end 1 writes: sizes that rings can have. */
  readonly sizes: ChannelSizes;
  /** Another one for each file: 32 hexadecimal digits. */
  readonly identity: string;
  /** End 0 and end 1. */
  readonly ends: readonly [ChannelFileEnd, ChannelFileEnd];
}

/** One end of a channel in a file, as its page has it. */
export interface ChannelFileEnd {
  /** How it is doing. Of a process that was killed, this says `open` until somebody has looked. */
  readonly state: EndState;
  /** The process that has it, or had it last; 0 where none ever did. */
  readonly process: number;
}

/** Why a file is no channel. */
export interface ChannelFileProblem {
  readonly problem: 'NotAChannel' | 'WrongVersion' | 'WrongSize';
  readonly detail: string;
}

/** Whether the file says that it is one of a channel, of whatever version. */
export function isChannelFile(page: Uint8Array): boolean {
  if (page.length < PAGE_SIZE) return false;
  const words = new DataView(page.buffer, page.byteOffset);
  return MAGIC.every((word, i) => words.getUint32(4 * (WORD_MAGIC + i), true) === word);
}

/** What the first page of a file of `fileBytes` bytes says, or why it is no channel's. Read once: it may change at any time. */
export function readChannelHeader(page: Uint8Array, fileBytes: number): ChannelFileHeader | ChannelFileProblem {
  if (!isChannelFile(page)) return { problem: 'NotAChannel', detail: 'it does not begin as one' };
  // A copy, by which it is read once; a Buffer's own `slice` makes none.
  const words = new Uint32Array(new Uint8Array(page.subarray(0, HEADER_WORDS * 4)).buffer);
  const version = words[WORD_VERSION]!;
  if (version !== CHANNEL_FILE_VERSION) return { problem: 'WrongVersion', detail: `version ${version}` };
  if (words[WORD_READY] !== READY) return { problem: 'NotAChannel', detail: 'it was never finished' };
  const sizes: ChannelSizes = [words[WORD_RING_BYTES]!, words[WORD_RING_BYTES + 1]!];
  try {
    for (const bytes of sizes) checkRingLength(bytes);
  } catch (error) {
    return { problem: 'NotAChannel', detail: (error as Error).message };
  }
  if (fileBytes !== channelBytes(sizes)) {
    return { problem: 'WrongSize', detail: `${fileBytes} bytes, ${channelBytes(sizes)} are right` };
  }
  const identity = words.subarray(WORD_IDENTITY, WORD_IDENTITY + IDENTITY_WORDS);
  return {
    sizes,
    identity: Array.from(identity, (word) => word.toString(16).padStart(8, '0')).join(''),
    ends: [endAt(words, 0), endAt(words, 1)],
  };
}

function endAt(words: Uint32Array, end: 0 | 1): ChannelFileEnd {
  return { state: endStateOf(words[WORD_STATE + end]!), process: words[WORD_PROCESS + end]! };
}

/** The first page of a new channel with rings of these sizes. */
export function createChannelHeader(sizes: ChannelSizes): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(PAGE_SIZE);
  const words = new Uint32Array(page.buffer);
  words.set(MAGIC, WORD_MAGIC);
  words[WORD_VERSION] = CHANNEL_FILE_VERSION;
  words[WORD_READY] = READY;
  words.set(sizes, WORD_RING_BYTES);
  crypto.getRandomValues(words.subarray(WORD_IDENTITY, WORD_IDENTITY + IDENTITY_WORDS));
  return page;
}
