import { createRequire } from 'node:module';
import { BUN_MAXIMUM_VIEW_BYTES } from './bun-limits.ts';
import { C_LIBRARY } from './c-library.ts';
import type { NativeCalls } from './native-calls.ts';

interface BunFfi {
  dlopen(
    path: string,
    symbols: Readonly<Record<string, { readonly args: readonly string[]; readonly returns: string }>>,
  ): { readonly symbols: Readonly<Record<string, (...args: number[]) => number | bigint>> };
  toArrayBuffer(address: number, offset: number, length: number): ArrayBuffer;
  readonly read: { i32(address: number, offset: number): number };
}

/** Native code through Bun itself. It has no asynchronous calls. Throws on other runtimes. */
export function bunCalls(): NativeCalls {
  if (process.versions['bun'] === undefined) throw new Error('this is not Bun');
  const ffi = createRequire(import.meta.url)('bun:ffi') as BunFfi;
  const { symbols } = ffi.dlopen(C_LIBRARY, {
    syscall: { args: Array<string>(7).fill('i64_fast'), returns: 'i64_fast' },
    posix_fallocate: { args: ['i32', 'i64_fast', 'i64_fast'], returns: 'i32' },
    __errno_location: { args: [], returns: 'ptr' },
  });
  const { syscall, posix_fallocate: fallocate, __errno_location: errnoLocation } = symbols;
  return {
    name: 'bun:ffi',
    syscall: (number, args) => Number(syscall!(number, ...args)),
    errno: () => ffi.read.i32(Number(errnoLocation!()), 0),
    posixFallocate: (descriptor, offset, length) => Number(fallocate!(descriptor, offset, length)),
    maximumViewBytes: BUN_MAXIMUM_VIEW_BYTES,
    view: (address, length) => ffi.toArrayBuffer(address, 0, length),
    syscallAsync: null,
  };
}
