import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
