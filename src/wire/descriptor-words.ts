/**
 * The first 8 bytes of a descriptor as the two 32-bit words that rings read and write them in. Sizes are in bytes here, in
 * units of 8 there; of a word that the peer wrote, every bit pattern is possible.
 *
 * ```text
 *            31             16 15              0
 *   word 0  [ data_offset8    | type            ]
 *   word 1  [ flags           | length8         ]
 * ```
 */

/** Word 0 of a packet of this type, with its payload `payloadStartBytes` behind its start. */
export function typeAndOffsetWord(packetType: number, payloadStartBytes: number): number {
  return packetType | ((payloadStartBytes >> 3) << 16);
}

/** Word 1 of a packet with these flags, `describedBytes` long without its footer. */
export function lengthAndFlagsWord(describedBytes: number, flags: number): number {
  return (describedBytes >> 3) | (flags << 16);
}

/** The packet type in word 0. */
export function packetTypeIn(typeAndOffset: number): number {
  return typeAndOffset & 0xffff;
}

/** Bytes from the start of the packet to its payload, by word 0. */
export function payloadStartIn(typeAndOffset: number): number {
  return (typeAndOffset >>> 16) << 3;
}

/** Bytes of the packet without its footer, by word 1. */
export function describedSizeIn(lengthAndFlags: number): number {
  return (lengthAndFlags & 0xffff) << 3;
}

/** The flags in word 1. */
export function flagsIn(lengthAndFlags: number): number {
  return lengthAndFlags >>> 16;
}
