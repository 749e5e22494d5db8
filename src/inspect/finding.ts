import { GpaRangeError } from '../gpa/gpa-range-error.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import type { Finding } from './ring-report.ts';

/** What the bytes of a ring can make the library throw, as a finding. Anything else is a fault of ours and thrown on. */
export function toFinding(error: unknown, offset: number | null): Finding {
  if (error instanceof VmbusRingError) return { code: error.code, offset: error.offset, message: error.message };
  if (error instanceof GpaRangeError) {
    return { code: error.code, offset, message: `GPA ranges of the packet at ring offset ${offset}: ${error.message}` };
  }
  throw error;
}
