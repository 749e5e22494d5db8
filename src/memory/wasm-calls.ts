/**
 * What WebAssembly does for a ring in a WebAssembly memory, three times faster than JavaScript: engines inline its atomics, and
 * do not check the bounds of each element that it copies: only the end of the memory bounds it. The caller guarantees that both sides lie
 * within ring and array. All addresses are in bytes from the start of that memory; `page` is where a control page begins.
 * Sequentially consistent where it is not a copy. What is returned is signed: `>>> 0` makes a control word of it.
 *
 * Made by `src/wasm/`.
 */
export interface WasmCalls {
  readonly loadIn: (page: number) => number;
  readonly loadOut: (page: number) => number;
  /** As `ControlWords.commitWrite`: 1 for true. */
  readonly commitWrite: (page: number, newIn: number, oldIn: number) => number;
  /** As `ControlWords.commitRead`. */
  readonly commitRead: (page: number, newOut: number) => number;
  /** `length` bytes from `source` to `target`, which may overlap. */
  readonly copy: (target: number, source: number, length: number) => void;
  /**
   * A whole packet at `at`: the first two words of its descriptor, an id of 32 bits, `bytes` from `source` as its payload, padding, and the
   * footer, which holds `offset`; then `commitWrite`.
   */
  readonly send: (
    page: number,
    newIn: number,
    oldIn: number,
    at: number,
    word0: number,
    word1: number,
    id: number,
    offset: number,
    source: number,
    bytes: number,
  ) => number;
  /** `copy`, then `commitRead`. */
  readonly receive: (page: number, newOut: number, target: number, source: number, length: number) => number;
  /**
   * `receive` for a packet at `at` that the caller has seen by plain reads: `in`, by which `available` bytes lie behind `out`, and the
   * four words of the descriptor. Reads `in` (acquire), then the words again. -1, and nothing done, unless that is valid, has those bytes,
   * and the words are the same; else the payload that they describe went to `target`, and 1 says that there is a pending send size, 0 none.
   */
  readonly receiveSeen: (
    page: number,
    size: number,
    out: number,
    newOut: number,
    available: number,
    at: number,
    word0: number,
    word1: number,
    idLow: number,
    idHigh: number,
    target: number,
  ) => number;
}
