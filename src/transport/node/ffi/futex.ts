import { allocateNative, type NativeMemory } from './native-memory.ts';
import { nativeCalls } from './native-calls.ts';
import { scratchMemory } from './scratch.ts';
import { SYSCALL } from './syscall-numbers.ts';
import { trySystemCall } from './system-call.ts';

/** Not private ones: the word may lie in a file that another process has mapped as well. */
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const EVERYBODY = 0x7fffffff;

const FUTEX2_SIZE_U32 = 2;
const CLOCK_MONOTONIC = 1;

/** `{ u64 value, u64 address, u32 flags, u32 reserved }` */
const WAITV_BYTES = 24;
const WAITV_MAXIMUM = 128;
const PAGE = 4096;

/** Wakes everybody who sleeps at the word. */
export function futexWake(address: number): void {
  trySystemCall(SYSCALL.futex, address, FUTEX_WAKE, EVERYBODY);
}

/** Blocks this thread while the word is `value`, for up to `timeoutMs`; it may end earlier. */
export function futexWait(address: number, value: number, timeoutMs: number): void {
  const { address: timeout, view } = scratchMemory();
  putTime(view, 0, timeoutMs * 1e6);
  trySystemCall(SYSCALL.futex, address, FUTEX_WAIT, value >>> 0, timeout);
}

/** A word and what it is while one sleeps. */
export interface FutexWord {
  readonly address: number;
  readonly value: number;
}

/**
 * Sleeps on another thread until one of many words is not what it was said to be: one system call for all of them.
 */
export class FutexVector {
  /** As many words as one sleep can be for. */
  static readonly maximum: number = WAITV_MAXIMUM;

  readonly #memory: NativeMemory = allocateNative(PAGE);
  readonly #view: DataView = new DataView(this.#memory.buffer);

  /** Whether this system can do that: a kernel of 5.16 or later, and a runtime that can call without blocking. */
  static isSupported(): boolean {
    if (nativeCalls().syscallAsync === null) return false;
    const vector = new FutexVector();
    // A word that is not what is said, so that it does not sleep.
    const address = vector.#memory.address + PAGE - 8;
    vector.#put([{ address, value: 1 }], 0);
    return trySystemCall(SYSCALL.futexWaitv, vector.#memory.address, 1).errno === 'EAGAIN';
  }

  /**
   * Settled when one of the words is another one, or `timeoutMs` are over, or for no reason at all. False unless somebody ended it: why, cannot be
   * asked of another thread. One sleep at a time.
   */
  async sleep(words: readonly FutexWord[], timeoutMs: number): Promise<boolean> {
    this.#put(words, timeoutMs);
    const { address } = this.#memory;
    const timeout = address + WAITV_MAXIMUM * WAITV_BYTES;
    const args = [address, words.length, 0, timeout, CLOCK_MONOTONIC, 0] as const;
    return (await nativeCalls().syscallAsync!(SYSCALL.futexWaitv, args)) !== -1;
  }

  #put(words: readonly FutexWord[], timeoutMs: number): void {
    const view = this.#view;
    for (const [i, { address, value }] of words.entries()) {
      const at = i * WAITV_BYTES;
      view.setBigUint64(at, BigInt(value >>> 0), true);
      view.setBigUint64(at + 8, BigInt(address), true);
      view.setUint32(at + 16, FUTEX2_SIZE_U32, true);
      view.setUint32(at + 20, 0, true);
    }
    putTime(view, WAITV_MAXIMUM * WAITV_BYTES, monotonicNs() + timeoutMs * 1e6);
  }
}

function monotonicNs(): number {
  const { address, view } = scratchMemory();
  trySystemCall(SYSCALL.clockGettime, CLOCK_MONOTONIC, address);
  return Number(view.getBigUint64(0, true)) * 1e9 + Number(view.getBigUint64(8, true));
}

/** A `timespec`. */
function putTime(view: DataView, at: number, ns: number): void {
  view.setBigUint64(at, BigInt(Math.floor(ns / 1e9)), true);
  view.setBigUint64(at + 8, BigInt(Math.floor(ns % 1e9)), true);
}
