/** What can be wrong with an access to guest memory. */
export const GUEST_MEMORY_ERRORS = {
  /** The guest has no memory at some address of the access. */
  OutOfRange: 'guest address out of range',
  /** The page number is larger than any address: 2^52 and above. */
  InvalidGpn: 'invalid guest page number',
} as const;

/** The name of one kind of {@link GuestMemoryError}. */
export type GuestMemoryErrorCode = keyof typeof GUEST_MEMORY_ERRORS;

/**
 * An access to memory that the guest does not have. Nothing was read or written. Page numbers mostly come from the peer,
 * so this is its mistake more often than ours.
 */
export class GuestMemoryError extends Error {
  override readonly name = 'GuestMemoryError';
  readonly code: GuestMemoryErrorCode;

  constructor(code: GuestMemoryErrorCode, detail: string) {
    super(`${GUEST_MEMORY_ERRORS[code]}: ${detail}`);
    this.code = code;
  }
}
