/**
 * The control page, as 32-bit little-endian words. Only its first 32 words are looked at.
 *
 * ```text
 *   word   0    in                  producer   next byte to write
 *   word   1    out                 consumer   next byte to read
 *   word   2    interrupt mask      consumer   non-zero: do not signal me when the ring becomes non-empty
 *   word   3    pending send size   producer   non-zero: signal me when this many bytes are free
 *   word  16    feature bits        producer   bit 0: I set the pending send size here, and honour my peer's
 * ```
 */

/** The size of the control region in 32-bit words. Source: OpenVMM `vmbus_ring::CONTROL_WORD_COUNT`. */
export const CONTROL_WORD_COUNT = 32;

/** Index of the word that holds `in`, the ring offset of the next byte to write. Written by the producer. */
export const CONTROL_IN = 0;

/** Index of the word that holds `out`, the ring offset of the next byte to read. Written by the consumer. */
export const CONTROL_OUT = 1;

/** Index of the interrupt mask. Written by the consumer; non-zero asks the producer not to signal. */
export const CONTROL_INTERRUPT_MASK = 2;

/** Index of the pending send size, in bytes. Written by the producer; non-zero asks the consumer to signal. */
export const CONTROL_PENDING_SEND_SIZE = 3;

/** Index of the feature bits. Written by the producer. */
export const CONTROL_FEATURE_BITS = 16;

/**
 * Feature bit 0: the endpoint that writes this ring uses `pendingSendSize`, and signals its peer when the ring that it
 * reads has as many bytes free as the peer's pending send size there asks for.
 */
export const FEATURE_SUPPORTS_PENDING_SEND_SIZE = 1;

/** The control words of one ring at one moment, each an unsigned 32-bit number as it was found, valid or not. */
export interface ControlSnapshot {
  /** Ring offset of the next byte to write. */
  readonly in: number;
  /** Ring offset of the next byte to read. */
  readonly out: number;
  /** Non-zero: the consumer does not want to be signalled. */
  readonly interruptMask: number;
  /** Bytes that the producer waits for, or 0. */
  readonly pendingSendSize: number;
  /** See {@link FEATURE_SUPPORTS_PENDING_SEND_SIZE}. */
  readonly featureBits: number;
}
