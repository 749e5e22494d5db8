import type { VmbusRingErrorCode } from '../../src/index.ts';

/** The words of a packet's header, as they are on the ring. */
export interface NaiveHeader {
  readonly type: number;
  readonly dataOffset8: number;
  readonly length8: number;
  readonly flags: number;
  readonly id: bigint;
  /** The fixed part of the extended header, whether the packet has one or not. */
  readonly extended0: number;
  readonly extended1: number;
}

/** The first 24 bytes of a packet. */
export function headerBytes(header: NaiveHeader): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint16(0, header.type, true);
  view.setUint16(2, header.dataOffset8, true);
  view.setUint16(4, header.length8, true);
  view.setUint16(6, header.flags, true);
  view.setBigUint64(8, header.id, true);
  view.setUint32(16, header.extended0, true);
  view.setUint32(20, header.extended1, true);
  return new Uint8Array(view.buffer);
}

/**
 * What a reader has to make of a header when `available` bytes are there: the checks of the protocol, in its order.
 * `null` where the packet is legal.
 */
export function judgeHeader(header: NaiveHeader, available: number): VmbusRingErrorCode | null {
  const { type, dataOffset8, length8, flags, extended1 } = header;
  if (available === 8 || available === 16) return 'InvalidDataAvailable';
  if (length8 < dataOffset8) return 'InvalidDescriptorLengths';
  if (dataOffset8 < 2) return 'InvalidDescriptorLengths';
  if (length8 * 8 + 8 > available) return 'InvalidDescriptorLengths';
  if (flags !== 0 && flags !== 1) return 'InvalidDescriptorFlags';
  if (![6, 7, 9, 11].includes(type)) return 'InvalidDescriptorType';
  if ((type === 7 || type === 9) && dataOffset8 < 3) return 'InvalidDescriptorLengths';
  if (type === 9 && extended1 === 0) return 'InvalidDescriptorGpaDirectRangeCount';
  if (type === 7 && extended1 > dataOffset8 - 3) return 'InvalidDescriptorLengths';
  return null;
}

/** A packet to be put together by hand. */
export interface NaivePacket {
  readonly type: number;
  readonly flags: number;
  readonly id: bigint;
  /** The extended header, the 8 bytes of its fixed part included; nothing for packets that have none. */
  readonly extended: readonly bigint[];
  readonly payload: Uint8Array;
}

/** All bytes that a packet takes at ring offset `offset`, padding and footer included. */
export function packetBytes(packet: NaivePacket, offset: number): Uint8Array<ArrayBuffer> {
  const { type, flags, id, extended, payload } = packet;
  const dataOffset8 = 2 + extended.length;
  const length8 = dataOffset8 + Math.ceil(payload.length / 8);
  const view = new DataView(new ArrayBuffer(length8 * 8 + 8));
  const bytes = new Uint8Array(view.buffer);
  bytes.set(headerBytes({ type, dataOffset8, length8, flags, id, extended0: 0, extended1: 0 }).subarray(0, 16));
  for (const [i, word] of extended.entries()) view.setBigUint64(16 + i * 8, word, true);
  bytes.set(payload, dataOffset8 * 8);
  view.setUint32(length8 * 8 + 4, offset, true);
  return bytes;
}
