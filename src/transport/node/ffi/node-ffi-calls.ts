import type { NativeCalls } from './native-calls.ts';

interface NodeFfi {
  readonly DynamicLibrary: new (path: null) => {
    getFunction(
      name: string,
      signature: { readonly arguments: readonly string[]; readonly return: string },
    ): (...args: (number | bigint)[]) => number | bigint;
  };
  toArrayBuffer(address: bigint, length: number, copy: false): ArrayBuffer;
  getInt32(address: bigint, offset: number): number;
}

/** Native code through `node:ffi`, which newer Nodes have as an experiment, without asynchronous calls. Throws where there is none. */
export function nodeFfiCalls(): NativeCalls {
  const ffi = process.getBuiltinModule('node:ffi') as NodeFfi | undefined;
  if (ffi === undefined) throw new Error('this Node has no node:ffi');
  const library = new ffi.DynamicLibrary(null);
  const syscall = library.getFunction('syscall', { arguments: Array<string>(7).fill('int64'), return: 'int64' });
  const fallocate = library.getFunction('posix_fallocate', { arguments: ['int32', 'int64', 'int64'], return: 'int32' });
  const errnoLocation = library.getFunction('__errno_location', { arguments: [], return: 'pointer' });
  return {
    name: 'node:ffi',
    syscall: (number, args) => Number(syscall(BigInt(number), ...args.map(BigInt))),
    errno: () => ffi.getInt32(BigInt(errnoLocation()), 0),
    posixFallocate: (descriptor, offset, length) => Number(fallocate(descriptor, BigInt(offset), BigInt(length))),
    maximumViewBytes: Number.MAX_SAFE_INTEGER,
    view: (address, length) => ffi.toArrayBuffer(BigInt(address), length, false),
    syscallAsync: null,
  };
}
