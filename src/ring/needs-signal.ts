import { ControlWords } from '../memory/control-words.ts';
import { CONTROL_WORD_COUNT, type ControlSnapshot } from '../wire/control-page.ts';
import { MAXIMUM_RING_SIZE, PAGE_SIZE } from '../wire/page.ts';
import { isRingPointer, ringFree } from './pointers.ts';
import { isUnsigned } from '../wire/unsigned.ts';

/** A control page: at least its first 128 bytes, at an offset in their buffer that is a multiple of 4. */
export type ControlPage = Uint8Array | Int32Array | Uint32Array;

function controlOf(page: ControlPage): ControlWords {
  if (page.byteLength < CONTROL_WORD_COUNT * 4 || page.byteOffset % 4 !== 0) {
    const what = `${page.byteLength} bytes at offset ${page.byteOffset}`;
    throw new RangeError(`a control page has ${CONTROL_WORD_COUNT * 4} aligned bytes, got ${what}`);
  }
  return new ControlWords(new Int32Array(page.buffer, page.byteOffset, CONTROL_WORD_COUNT), 0);
}

/**
 * The control words of a ring that nobody has opened, or that somebody else has: nothing is written. Each word is loaded
 * by itself, so on a ring in use no two of them need belong together. None is validated.
 *
 * Throws a `RangeError` where the page is too short or not aligned. Source: OpenVMM `vmbus_ring::inspect_ring`.
 *
 * @example
 * ```ts
 * import { inspectRing } from 'vmbus-ring';
 *
 * inspectRing(new Uint8Array(4096)).interruptMask; // 0
 * ```
 */
export function inspectRing(controlPage: ControlPage): ControlSnapshot {
  return controlOf(controlPage).snapshot();
}

/**
 * Whether the receiving end of a ring might need a signal: it is not masked, and there is something to read. For those
 * who carry signals between two sides that did not see each other's (after a restart, say): one too many is harmless.
 *
 * False where `in` or `out` is corrupt: no signal mends that. Give `ringSize`, bytes of data, to have them checked
 * against it; without it, they only have to be multiples of 8 below 1 GiB.
 *
 * Throws a `RangeError` where the page is too short or not aligned. Source: OpenVMM `vmbus_ring::reader_needs_signal`.
 */
export function readerNeedsSignal(controlPage: ControlPage, ringSize: number = MAXIMUM_RING_SIZE): boolean {
  const control = controlOf(controlPage);
  if (control.loadInterruptMask() !== 0) return false;
  const inPointer = control.loadIn();
  const outPointer = control.loadOut();
  return isRingPointer(ringSize, inPointer) && isRingPointer(ringSize, outPointer) && inPointer !== outPointer;
}

/**
 * Whether the sending end of a ring of `ringSize` bytes of data might need a signal: it waits for room, and there is as
 * much as it waits for. The low bits of the pending send size are dropped, as when a read is committed.
 *
 * False where `in` or `out` is corrupt. Throws a `RangeError` where the page is too short or not aligned, or `ringSize` is
 * no multiple of 4096. Source: OpenVMM `vmbus_ring::writer_needs_signal`.
 */
export function writerNeedsSignal(controlPage: ControlPage, ringSize: number): boolean {
  if (!isUnsigned(ringSize) || ringSize === 0 || ringSize % PAGE_SIZE !== 0) {
    throw new RangeError(`ringSize must be a non-zero multiple of ${PAGE_SIZE}, got ${ringSize}`);
  }
  const control = controlOf(controlPage);
  const pending = (control.loadPendingSendSize() & ~7) >>> 0;
  if (pending === 0) return false;
  const inPointer = control.loadIn();
  const outPointer = control.loadOut();
  if (!isRingPointer(ringSize, inPointer) || !isRingPointer(ringSize, outPointer)) return false;
  return ringFree(ringSize, inPointer, outPointer) >= pending;
}
