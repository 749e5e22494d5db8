/** What can be wrong with a ring, in the crate's names. */
export const VMBUS_RING_ERRORS = {
  /** `in` or `out` is not below the ring's size, or no multiple of 8. */
  InvalidRingPointer: 'invalid ring buffer pointer',
  /** A packet is larger than the ring or the wire format can hold. */
  InvalidMessageLength: 'invalid message length',
  /** 8 or 16 bytes are available: no packet is that short. */
  InvalidDataAvailable: 'invalid data available',
  /** The ring is larger than 1 GiB. */
  RingTooLarge: 'ring buffer too large',
  /** The memory is no ring: no data page, no whole number of pages, or the buffer was detached or cut under it. */
  InvalidRingMemory: 'invalid ring memory',
  /** The descriptor's offset and length contradict each other, or what is available. */
  InvalidDescriptorLengths: 'invalid descriptor offset or length',
  /** A flag other than bit 0. */
  InvalidDescriptorFlags: 'unknown packet descriptor flags',
  /** A packet type other than 6, 7, 9 and 0xb. */
  InvalidDescriptorType: 'unknown packet descriptor type',
  /** A GPA-direct packet without ranges. */
  InvalidDescriptorGpaDirectRangeCount: 'invalid range count for gpa direct packet',
  /** The interrupt mask was cleared by us and is set. */
  InterruptsExternallyMasked: 'the interrupt mask is set and should be clear',
} as const;

/** The name of one kind of {@link VmbusRingError}: the variants of the crate's `Error`. */
export type VmbusRingErrorCode = keyof typeof VMBUS_RING_ERRORS;

/**
 * The ring is corrupt, or its memory is no ring. Nothing was consumed and nothing was published.
 *
 * `code` is the name that OpenVMM's `vmbus_ring::Error` has for it. `offset` is the ring offset of the packet that is
 * wrong, in bytes, or `null` where it is not a packet that is wrong.
 *
 * @example
 * ```ts
 * import { CONTROL_IN, FlatRingMem, IncomingRing, VmbusRingError } from 'vmbus-ring';
 *
 * const memory = new FlatRingMem(4096);
 * memory.control()[CONTROL_IN] = 4096; // what a broken peer may write
 * try {
 *   new IncomingRing(memory).incoming();
 * } catch (error) {
 *   if (!(error instanceof VmbusRingError)) throw error;
 *   error.code; // 'InvalidRingPointer'
 *   error.offset; // null: it is no packet that is wrong
 * }
 * ```
 */
export class VmbusRingError extends Error {
  /** Always this: what `error.name` is. */
  override readonly name = 'VmbusRingError';
  /** What is wrong: a key of {@link VMBUS_RING_ERRORS}. */
  readonly code: VmbusRingErrorCode;
  /** Ring offset of the packet that is wrong, in bytes; `null` where it is no packet that is. */
  readonly offset: number | null;

  /** The message says what `code` means, where that is, and `detail`, if any. */
  constructor(code: VmbusRingErrorCode, offset: number | null = null, detail = '', options?: ErrorOptions) {
    const where = offset === null ? '' : ` at ring offset ${offset}`;
    super(`${VMBUS_RING_ERRORS[code]}${where}${detail === '' ? '' : `: ${detail}`}`, options);
    this.code = code;
    this.offset = offset;
  }
}

/**
 * A packet of ours that cannot be sent, refused before a byte of it was written: a mistake of the caller, so a
 * `RangeError`, with the crate's name of it in `code`.
 *
 * @example
 * ```ts
 * import { FlatRingMem, InvalidPacketError, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';
 *
 * const ring = new OutgoingRing(new FlatRingMem(4096));
 * const offset = ring.outgoing();
 * try {
 *   ring.write(offset, { transactionId: 0n, size: 4072, typ: OutgoingPacketType.InBandNoCompletion });
 * } catch (error) {
 *   if (!(error instanceof InvalidPacketError)) throw error;
 *   error.code; // 'InvalidMessageLength'
 * }
 * offset.inspect().nextIn; // 0: nothing was written
 * ```
 */
export class InvalidPacketError extends RangeError {
  /** Always this: what `error.name` is. */
  override readonly name = 'InvalidPacketError';
  /** What is wrong: too large for the ring or the format, or a GPA-direct packet without ranges. */
  readonly code: 'InvalidMessageLength' | 'InvalidDescriptorGpaDirectRangeCount';

  /** The message says what `code` means, then `detail`. */
  constructor(code: 'InvalidMessageLength' | 'InvalidDescriptorGpaDirectRangeCount', detail: string) {
    super(`${VMBUS_RING_ERRORS[code]}: ${detail}`);
    this.code = code;
  }
}
