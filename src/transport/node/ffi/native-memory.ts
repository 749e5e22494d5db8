import { nativeCalls } from './native-calls.ts';
import { SYSCALL } from './syscall-numbers.ts';
import { systemCall } from './system-call.ts';

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;

/** Memory of the system's own, outside of JavaScript's. */
export interface NativeMemory {
  readonly address: number;
  readonly buffer: ArrayBuffer;
}

/** So many zeroed bytes, for structures that system calls take; they stay until the process ends. */
export function allocateNative(length: number): NativeMemory {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS;
  const address = systemCall('mmap', null, SYSCALL.mmap, 0, length, PROT_READ_WRITE, flags, -1, 0);
  return { address, buffer: nativeCalls().view(address, length) };
}

/**
 * Maps `length` bytes of a file; returns the address. Where it is not `shared`, what is written to them goes to copies of this process's
 * own: read-only, in a way that survives a stray write.
 */
export function mapDescriptor(
  descriptor: number,
  offset: number,
  length: number,
  isShared: boolean,
  path: string,
): number {
  const flags = isShared ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE;
  return systemCall('mmap', path, SYSCALL.mmap, 0, length, PROT_READ_WRITE, flags, descriptor, offset);
}

/** Puts zeroed memory in the place of a mapping: who still has a view of it finds that. */
export function coverMapping(address: number, length: number): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
  systemCall('mmap', null, SYSCALL.mmap, address, length, PROT_READ_WRITE, flags, -1, 0);
}

/** Gives the addresses back. Nobody may have a view of them. */
export function unmap(address: number, length: number): void {
  systemCall('munmap', null, SYSCALL.munmap, address, length);
}
