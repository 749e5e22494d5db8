import { copyWide } from '../memory/copy-words.ts';
import type { InnerRing } from '../ring/inner-ring.ts';

// As in fast-read.ts: compiled in, not looked up.
const copy = copyWide;

/**
 * `inner.read(offset, target, length)` where the bytes lie in one piece, and the target is the array that was seen last: true. False
 * where anything is otherwise: nothing was copied then. The caller has checked the bounds, and that the buffer is there.
 */
export function copyOutFast(inner: InnerRing, offset: number, length: number, target: Uint8Array): boolean {
  const { window } = inner;
  if (window === null) return false;
  const { bytes, byteCount, wide, address } = window.target;
  if (target !== bytes || target.length !== byteCount || window.i32.length !== window.control.count) return false;
  const word = window.locate(offset, length);
  if (word < 0 || (offset & 7) !== 0) return false;
  const { calls } = window.control;
  if (wide !== null && length <= window.engine.wordsOutBytes && (length & 7) === 0) {
    copy(wide, 0, window.u64, word >> 1, length >> 3);
  } else if (address >= 0 && calls !== null) {
    calls.copy(address, window.start + (word << 2), length);
  } else {
    window.copyOut(word, 0, 0, length);
  }
  return true;
}
