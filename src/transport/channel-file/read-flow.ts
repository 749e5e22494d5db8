import { readFlow, type RingFlow } from './flow.ts';
import { flowWord, HEADER_WORDS } from './layout.ts';

/** Both sides of one ring of a channel's file. `null` as {@link readFlow} has it. */
export interface BothFlows {
  readonly produced: RingFlow | null;
  readonly consumed: RingFlow | null;
}

/**
 * What the first page, or the part of it that says what the file is, counts of the ring that `end` writes. The page and the ring's `in` and `out`
 * belong to one moment.
 */
export function readBothFlows(
  page: Uint8Array,
  end: 0 | 1,
  pointers: { readonly in: number; readonly out: number },
  ringBytes: number,
): BothFlows {
  // A copy: the page may begin anywhere.
  const words = new Int32Array(new Uint8Array(page.subarray(0, HEADER_WORDS * 4)).buffer);
  return {
    produced: readFlow(words, flowWord(end, 'produced'), pointers.in, ringBytes),
    consumed: readFlow(words, flowWord(end, 'consumed'), pointers.out, ringBytes),
  };
}
