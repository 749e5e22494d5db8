import { C_LIBRARY } from './c-library.ts';
import type { NativeCalls } from './native-calls.ts';

interface DenoSymbol {
  readonly name?: string;
  readonly parameters: readonly string[];
  readonly result: string;
  readonly nonblocking?: true;
}

interface DenoPointer {
  readonly isDenoPointer: never;
}

interface DenoFfi {
  dlopen(
    path: string,
    symbols: Readonly<Record<string, DenoSymbol>>,
  ): {
    readonly symbols: {
      syscall(...args: number[]): bigint;
      posix_fallocate(descriptor: number, offset: number, length: number): number;
      errnoLocation(): DenoPointer;
      syscallAsync(...args: number[]): Promise<bigint>;
    };
  };
  readonly UnsafePointer: { create(address: bigint): DenoPointer };
  readonly UnsafePointerView: {
    new (pointer: DenoPointer): { getInt32(): number };
    getArrayBuffer(pointer: DenoPointer, length: number): ArrayBuffer;
  };
}

const SYSCALL = { parameters: Array<string>(7).fill('i64'), result: 'i64' } as const;

/** Native code through Deno itself, which wants its `ffi` permission. Throws on other runtimes. */
export function denoCalls(): NativeCalls {
  const { Deno: deno } = globalThis as { readonly Deno?: DenoFfi };
  if (deno === undefined) throw new Error('this is not Deno');
  const { UnsafePointer, UnsafePointerView } = deno;
  const { symbols } = deno.dlopen(C_LIBRARY, {
    syscall: SYSCALL,
    posix_fallocate: { parameters: ['i32', 'i64', 'i64'], result: 'i32' },
    errnoLocation: { name: '__errno_location', parameters: [], result: 'pointer' },
    syscallAsync: { name: 'syscall', ...SYSCALL, nonblocking: true },
  });
  return {
    name: 'Deno.dlopen',
    syscall: (number, args) => Number(symbols.syscall(number, ...args)),
    errno: () => new UnsafePointerView(symbols.errnoLocation()).getInt32(),
    posixFallocate: (descriptor, offset, length) => symbols.posix_fallocate(descriptor, offset, length),
    maximumViewBytes: Number.MAX_SAFE_INTEGER,
    view: (address, length) => UnsafePointerView.getArrayBuffer(UnsafePointer.create(BigInt(address)), length),
    syscallAsync: async (number, args) => Number(await symbols.syscallAsync(number, ...args)),
  };
}
