import { AccessError, ChannelError, GpaRangeError, GuestMemoryError, VmbusRingError } from '../../src/index.ts';

/** The errors that may come of what a hostile peer writes: those that SECURITY.md names, and the end of a range that was read past. */
const TYPED = [VmbusRingError, ChannelError, GpaRangeError, GuestMemoryError, AccessError] as const;

/** `VmbusRingError InvalidRingPointer` and the like; `null` for an error that must not come of what a peer writes. */
export function typedErrorCode(error: unknown): string | null {
  for (const Type of TYPED) if (error instanceof Type) return `${error.name} ${error.code}`;
  return null;
}

/** The same. Throws what is no such error. */
export function requireTyped(error: unknown): string {
  const code = typedErrorCode(error);
  if (code === null) throw error;
  return code;
}

/** What `run` returns, or the code of what it throws, which must be typed. */
export function outcomeOf<T>(run: () => T): { readonly value: T; readonly code: null } | { readonly code: string } {
  try {
    return { value: run(), code: null };
  } catch (error) {
    return { code: requireTyped(error) };
  }
}
