/** Built when the first checksum is asked for: nothing happens at import. */
let remainders: Uint32Array | null = null;

/** The remainder of each byte value under IEEE's polynomial, bits reversed. */
function buildRemainders(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
    return remainder;
  });
}

/** CRC-32 as IEEE 802.3 defines it: that of zip, gzip and PNG. Unsigned; 0 for no bytes. */
export function crc32(bytes: Uint8Array): number {
  remainders ??= buildRemainders();
  let crc = 0xffff_ffff;
  for (let i = 0; i < bytes.length; i++) crc = remainders[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}
