import { MappedFileError } from '../mapping/mapped-file-error.ts';
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
  return { address, buffer: viewNative(address, length, null) };
}

/** A buffer over mapped memory. Throws a `MappedFileError` where the runtime can make none. */
export function viewNative(address: number, length: number, path: string | null): ArrayBuffer {
  try {
    return nativeCalls().view(address, length);
  } catch (cause) {
    throw new MappedFileError('SystemError', path, `a view of ${length} bytes`, { errno: 'ENOMEM', cause });
  }
}

/** Which part of an open file is mapped, and how. */
export interface MappedPart {
  readonly descriptor: number;
  readonly offset: number;
  readonly length: number;
  /** Where not, what is written goes to copies of this process's own: read-only, in a way that survives a stray write. */
  readonly isShared: boolean;
  readonly path: string;
}

/** Maps it: at `address`, in the place of what is there, or where there is room. Returns the address. */
export function mapDescriptor(address: number | null, part: MappedPart): number {
  const { descriptor, offset, length, isShared, path } = part;
  const kind = isShared ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE;
  const flags = address === null ? kind : kind | MAP_FIXED;
  return systemCall('mmap', path, SYSCALL.mmap, address ?? 0, length, PROT_READ_WRITE, flags, descriptor, offset);
}

/** Puts zeroed memory in the place of a mapping: who still has a view of it finds that. */
export function coverMapping(address: number, length: number): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
  systemCall('mmap', null, SYSCALL.mmap, address, length, PROT_READ_WRITE, flags, -1, 0);
}
