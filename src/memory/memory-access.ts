import { checkUnsigned } from '../wire/unsigned.ts';

/** A reader or writer was asked for more bytes than it has left. Nothing was read or written. */
export class AccessError extends RangeError {
  override readonly name = 'AccessError';
  readonly code = 'OutOfRange';
  /** Bytes that were left. */
  readonly available: number;
  /** Bytes that were asked for. */
  readonly requested: number;

  constructor(available: number, requested: number) {
    super(`out of range: ${requested} bytes asked for, ${available} left`);
    this.available = available;
    this.requested = requested;
  }
}

/**
 * Reads a region of memory from its start to its end. Source: OpenVMM `guestmem::MemoryRead`.
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
 * Writes a region of memory from its start to its end. Source: OpenVMM `guestmem::MemoryWrite`.
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
