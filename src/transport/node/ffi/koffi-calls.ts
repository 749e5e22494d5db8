import { createRequire } from 'node:module';
import { BUN_MAXIMUM_VIEW_BYTES } from './bun-limits.ts';
import type { NativeCalls } from './native-calls.ts';

/** Of koffi, as much as is used. It is an optional dependency: its own types may not be there. */
interface Koffi {
  load(path: null): { func(name: string, result: string, args: readonly string[]): KoffiFunction };
  errno(): number;
  view(address: number, length: number): ArrayBuffer;
}

interface KoffiFunction {
  (...args: number[]): number;
  async(...args: [...number[], (error: unknown, result: number) => void]): void;
}

/** Native code through the package koffi: on Node, and on Bun. Throws where it is not installed. */
export function koffiCalls(): NativeCalls {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const library = koffi.load(null);
  const syscall = library.func('syscall', 'int64', Array<string>(7).fill('int64'));
  const fallocate = library.func('posix_fallocate', 'int', ['int', 'int64', 'int64']);
  return {
    name: 'koffi',
    syscall: (number, [a, b, c, d, e, f]) => syscall(number, a, b, c, d, e, f),
    errno: () => koffi.errno(),
    posixFallocate: (descriptor, offset, length) => fallocate(descriptor, offset, length),
    maximumViewBytes: process.versions['bun'] === undefined ? Number.MAX_SAFE_INTEGER : BUN_MAXIMUM_VIEW_BYTES,
    view: (address, length) => koffi.view(address, length),
    syscallAsync: (number, args) =>
      new Promise((resolve) => {
        syscall.async(number, ...args, (error, result) => resolve(error === null ? result : -1));
      }),
  };
}
