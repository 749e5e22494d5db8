import { VmbusRingError } from '../wire/ring-error.ts';

/** The buffer under a ring was detached, or cut so that the ring is not whole any more. */
export function memoryGone(cause?: unknown): VmbusRingError {
  return new VmbusRingError('InvalidRingMemory', null, 'the buffer was detached or resized', { cause });
}
