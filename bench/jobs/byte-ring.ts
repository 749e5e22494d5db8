import { RingBuffer } from 'ringbuf.js';

/** What is used of ringbuf.js; the types that it ships do not describe its constructor. It carries bytes: no lengths, no packets. */
export interface ByteRing {
  /** Bytes that there was room for. */
  push(bytes: Uint8Array, length?: number, offset?: number): number;
  /** Bytes that were there. */
  pop(bytes: Uint8Array, length?: number, offset?: number): number;
}

const Ring = RingBuffer as unknown as new (storage: SharedArrayBuffer, type: typeof Uint8Array) => ByteRing;

/** Shared memory for a ring that holds so many bytes. */
export function byteRingStorage(bytes: number): SharedArrayBuffer {
  return RingBuffer.getStorageForCapacity(bytes, Uint8Array);
}

/** The ring in such memory, in each thread that uses it. */
export function openByteRing(storage: SharedArrayBuffer): ByteRing {
  return new Ring(storage, Uint8Array);
}
