import { checkUnsigned } from '../wire/unsigned.ts';

/**
 * A reader or writer was asked for more bytes than it has left. Nothing was read or written.
 *
 * @example
 * ```ts
 * import { AccessError, GuestMemory, PagedRange } from 'vmbus-ring';
 *
 * const reader = PagedRange.of(0, 16, [0n]).reader(GuestMemory.of(new ArrayBuffer(4096)));
 * try {
 *   reader.read(new Uint8Array(24));
 * } catch (error) {
 *   if (!(error instanceof AccessError)) throw error;
 *   error.available; // 16
 *   error.requested; // 24
 * }
 * reader.length; // 16: as before
 * ```
 */
export class AccessError extends RangeError {
  /** Always this: what `error.name` is. */
  override readonly name = 'AccessError';
  /** Always this: the crate's name of it. */
  readonly code = 'OutOfRange';
  /** Bytes that were left. */
  readonly available: number;
  /** Bytes that were asked for. */
  readonly requested: number;

  /** Both in bytes. */
  constructor(available: number, requested: number) {
    super(`out of range: ${requested} bytes asked for, ${available} left`);
    this.available = available;
    this.requested = requested;
  }
}

/**
 * Reads a region of memory from its start to its end: what a packet's payload and a guest's memory have in common.
 *
 * Source: OpenVMM `guestmem::MemoryRead`.
 *
 * @example
 * ```ts
 * import { GuestMemory, type MemoryRead, PagedRange } from 'vmbus-ring';
 *
 * // A 32-bit little-endian number, from wherever it is.
 * function readU32(source: MemoryRead): number {
 *   const bytes = new Uint8Array(4);
 *   source.read(bytes);
 *   return new DataView(bytes.buffer).getUint32(0, true);
 * }
 *
 * const ram = GuestMemory.of(new Uint8Array(4096).fill(1).buffer);
 * readU32(PagedRange.of(8, 4, [0n]).reader(ram)); // 0x1010101
 * ```
 */
export interface MemoryRead {
  /** Bytes left. */
  readonly length: number;
  /** Fills `data` and moves on. Throws an {@link AccessError} if fewer bytes are left. Returns the reader itself. */
  read(data: Uint8Array): this;
  /** Moves on by `length` bytes. Throws an {@link AccessError} if fewer are left. Returns the reader itself. */
  skip(length: number): this;
  /** All that is left, in a new array. */
  readAll(): Uint8Array<ArrayBuffer>;
}

/**
 * Writes a region of memory from its start to its end: what a packet's payload and a guest's memory have in common.
 *
 * Source: OpenVMM `guestmem::MemoryWrite`.
 *
 * @example
 * ```ts
 * import { GuestMemory, type MemoryWrite, PagedRange } from 'vmbus-ring';
 *
 * // A text in a field that is as long as the region.
 * function writeText(target: MemoryWrite, text: string): void {
 *   target.write(new TextEncoder().encode(text));
 *   target.zero(target.length);
 * }
 *
 * const ram = GuestMemory.of(new ArrayBuffer(4096));
 * const field = PagedRange.of(0, 4, [0n]);
 * writeText(field.writer(ram), 'ok');
 * [...field.reader(ram).readAll()]; // [111, 107, 0, 0]
 * ```
 */
export interface MemoryWrite {
  /** Bytes left. */
  readonly length: number;
  /** Writes all of `data` and moves on. Throws an {@link AccessError} if there is no room for it. */
  write(data: Uint8Array): void;
  /** Writes `length` bytes `value` and moves on. Throws an {@link AccessError} if there is no room for them. */
  fill(value: number, length: number): void;
  /** Writes `length` zeros and moves on. Throws an {@link AccessError} if there is no room for them. */
  zero(length: number): void;
}

/** Throws unless `requested` is a number of bytes, and no more than `available`. */
export function checkAvailable(available: number, requested: number): void {
  checkUnsigned('length', requested);
  if (requested > available) throw new AccessError(available, requested);
}

/** Throws unless `value` is a byte. */
export function checkByte(value: number): void {
  checkUnsigned('value', value, 0xff);
}
