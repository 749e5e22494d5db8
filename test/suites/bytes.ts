import { Xorshift } from '../support/xorshift.ts';

/** A payload that nobody mistakes for another one: its number in the first 4 bytes, the rest follows from it. */
export function numberedPayload(number: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Xorshift(number + 1).bytes(Math.max(4, length));
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}

/** The number of such a payload. */
export function numberOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
}

/** `payload` as a ring hands it out: with zeros up to the next multiple of 8. */
export function padded(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(payload.length / 8) * 8);
  bytes.set(payload);
  return bytes;
}

/** Whether both hold the same: quicker than a comparison that can say where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The text, as UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Bytes that can be compressed, but not to nothing. */
export function compressible(length: number): Uint8Array<ArrayBuffer> {
  return new Xorshift(9).bytes(length).map((byte) => byte & 0x0f);
}
