import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const PAGE_BYTES = 4096;

/** The rings written by others, and the seeds of the contract that they were made from. */
export const VECTORS = [
  { name: 'openvmm-64k-fresh', seed: 101, packetCount: 40 },
  { name: 'openvmm-64k-wrapped', seed: 102, packetCount: 200 },
  { name: 'dpdk-64k-fresh', seed: 103, packetCount: 40 },
  { name: 'dpdk-64k-wrapped', seed: 104, packetCount: 200 },
  { name: 'linux-64k-fresh', seed: 105, packetCount: 40 },
  { name: 'linux-64k-wrapped', seed: 106, packetCount: 200 },
  { name: 'linux-4k-wrapped', seed: 107, packetCount: 300 },
] as const;

export function vectorPath(name: string): string {
  return fileURLToPath(new URL(`../vectors/${name}`, import.meta.url));
}

/** A copy of an image in a buffer of its own. */
export function vectorImage(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(vectorPath(`${name}.ring`)));
}

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
