import assert from 'node:assert/strict';
import {
  GpaRangeError,
  type GpaRangeErrorCode,
  GuestMemoryError,
  type GuestMemoryErrorCode,
  VmbusRingError,
  type VmbusRingErrorCode,
} from '../../src/index.ts';

/** Calls `run`, which has to throw a VmbusRingError with this code. Returns the error. */
export function assertRingError(code: VmbusRingErrorCode, run: () => unknown, what = ''): VmbusRingError {
  const error = thrownBy(run, what);
  assert.ok(error instanceof VmbusRingError, `${what}: expected ${code}, got ${String(error)}`);
  assert.equal(error.code, code, `${what}: ${error.message}`);
  return error;
}

/** Calls `run`, which has to throw a GpaRangeError with this code. */
export function assertGpaRangeError(code: GpaRangeErrorCode, run: () => unknown): void {
  const error = thrownBy(run, code);
  assert.ok(error instanceof GpaRangeError, String(error));
  assert.equal(error.code, code);
}

/** Calls `run`, which has to throw a GuestMemoryError with this code. */
export function assertGuestMemoryError(code: GuestMemoryErrorCode, run: () => unknown): void {
  const error = thrownBy(run, code);
  assert.ok(error instanceof GuestMemoryError, String(error));
  assert.equal(error.code, code);
}

function thrownBy(run: () => unknown, what: string): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  assert.fail(`nothing was thrown${what === '' ? '' : `: ${what}`}`);
}
