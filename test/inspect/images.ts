export const PAGE_BYTES = 4096;

export function readWord(image: Uint8Array<ArrayBuffer>, byteOffset: number): number {
  return new DataView(image.buffer).getUint32(byteOffset, true);
}

export function writeWord(image: Uint8Array<ArrayBuffer>, byteOffset: number, value: number): void {
  new DataView(image.buffer).setUint32(byteOffset, value, true);
}

/** Bytes that the packet at ring offset `offset` takes, footer included, as its descriptor has it. */
export function packetBytesAt(image: Uint8Array<ArrayBuffer>, offset: number): number {
  return new DataView(image.buffer).getUint16(PAGE_BYTES + offset + 4, true) * 8 + 8;
}

/** Index in the image of the byte at ring offset `offset`, which may run past the end of the ring. */
export function imageIndex(image: Uint8Array, offset: number): number {
  return PAGE_BYTES + (offset % (image.length - PAGE_BYTES));
}
