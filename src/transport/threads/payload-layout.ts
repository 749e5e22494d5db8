import { channelBytes, type ChannelSizes } from '../channel-layout.ts';

/** Payloads begin at multiples of this many bytes, which a processor's caches and its widest registers have in common. */
const ALIGNMENT = 64;

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Bytes of all memory of a channel in which each end has so many for payloads. */
export function bytesWithPayloads(sizes: ChannelSizes, payloadBytes: number): number {
  return payloadBytes === 0 ? channelBytes(sizes) : align(channelBytes(sizes)) + 2 * align(payloadBytes);
}

/** Where the part of `end` begins behind the rings, and its bytes, in a memory of `byteLength` bytes. */
export function payloadPart(sizes: ChannelSizes, end: 0 | 1, byteLength: number): { start: number; bytes: number } {
  const first = align(channelBytes(sizes));
  const bytes = Math.max(0, Math.floor((byteLength - first) / 2 / ALIGNMENT) * ALIGNMENT);
  return { start: bytes === 0 ? 0 : first + end * bytes, bytes };
}
