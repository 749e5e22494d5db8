import type { ControlSnapshot } from '../wire/control-page.ts';
import { type ControlPage, controlWordsOf } from './control-page-view.ts';

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
  return controlWordsOf(controlPage).snapshot();
}
