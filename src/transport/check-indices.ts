import type { RingMem } from '../memory/ring-mem.ts';
import { inspectRing } from '../ring/inspect-ring.ts';
import { isRingPointer } from '../ring/pointers.ts';
import { VmbusRingError } from '../wire/ring-error.ts';

/**
 * Throws a `VmbusRingError` with code `InvalidRingPointer` where `in` or `out` of a ring is corrupt, before opening an end of it would
 * write to its control page. `name` is what the error calls the ring.
 */
export function checkIndices(ring: RingMem, name: string): void {
  const control = inspectRing(ring.control());
  for (const index of ['in', 'out'] as const) {
    if (isRingPointer(ring.length, control[index])) continue;
    const detail = `${index} of ${name} is ${control[index]}, it has ${ring.length} bytes`;
    throw new VmbusRingError('InvalidRingPointer', null, detail);
  }
}
