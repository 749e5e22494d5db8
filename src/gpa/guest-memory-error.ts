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
 *
 * @example
 * ```ts
 * import { GuestMemory, GuestMemoryError } from 'vmbus-ring';
 *
 * const memory = GuestMemory.of(new ArrayBuffer(4096));
 * try {
 *   memory.readAt(4090, new Uint8Array(8)); // the last two bytes are not there
 * } catch (error) {
 *   if (!(error instanceof GuestMemoryError)) throw error;
 *   error.code; // 'OutOfRange'
 * }
 * ```
 */
export class GuestMemoryError extends Error {
  /** Always this: what `error.name` is. */
  override readonly name = 'GuestMemoryError';
  /** What is wrong: a key of {@link GUEST_MEMORY_ERRORS}. */
  readonly code: GuestMemoryErrorCode;

  /** The message says what `code` means, then `detail`. */
  constructor(code: GuestMemoryErrorCode, detail: string) {
    super(`${GUEST_MEMORY_ERRORS[code]}: ${detail}`);
    this.code = code;
  }
}
