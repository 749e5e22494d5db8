import { MappedFileError } from '../mapping/mapped-file-error.ts';
import { bunCalls } from './bun-calls.ts';
import { denoCalls } from './deno-calls.ts';
import { koffiCalls } from './koffi-calls.ts';
import { nodeFfiCalls } from './node-ffi-calls.ts';

/** The six arguments of a system call: integers, addresses among them, all below 2^53. */
export type SyscallArguments = readonly [number, number, number, number, number, number];

/**
 * What the library calls native code for: as little as does. All else is built of these, and structures lie in memory that
 * was mapped by them.
 */
export interface NativeCalls {
  /** What stands behind it. */
  readonly name: NativeCallsName;
  /** `syscall(2)` of the C library: -1 where it failed. */
  syscall(number: number, args: SyscallArguments): number;
  /** What the last call of this thread that failed said; asked for right after it. */
  errno(): number;
  /** `posix_fallocate(3)`: 0, or the error. */
  posixFallocate(descriptor: number, offset: number, length: number): number;
  /** Bytes that a view can have at most. */
  readonly maximumViewBytes: number;
  /** An ArrayBuffer over native memory, which has to outlive it. */
  view(address: number, length: number): ArrayBuffer;
  /** The same as `syscall`, on another thread, or `null` where that cannot be done. Keeps the process alive until it is done. */
  readonly syscallAsync: ((number: number, args: SyscallArguments) => Promise<number>) | null;
}

/** What can stand behind {@link NativeCalls}. */
export type NativeCallsName = 'koffi' | 'node:ffi' | 'bun:ffi' | 'Deno.dlopen';

/** Each throws where it is not to be had. */
const LOADERS: Readonly<Record<NativeCallsName, () => NativeCalls>> = {
  koffi: koffiCalls,
  'node:ffi': nodeFfiCalls,
  'bun:ffi': bunCalls,
  'Deno.dlopen': denoCalls,
};

/**
 * In this order: Deno's own asks for Deno's permission; koffi can wait without blocking, which Bun's and Node's own cannot; Node's is
 * experimental, and says so on standard error.
 */
const ORDER: readonly NativeCallsName[] = ['Deno.dlopen', 'koffi', 'bun:ffi', 'node:ffi'];

/** Machines whose system calls are known here. */
const ARCHITECTURES = ['x64', 'arm64'];

let chosen: NativeCalls | undefined;

/**
 * The way to native code of this thread, found when it is first needed. Throws a {@link MappedFileError} with code `Unsupported` where
 * there is none.
 */
export function nativeCalls(): NativeCalls {
  chosen ??= chooseNativeCalls(ORDER);
  return chosen;
}

/** Has all of this thread go through `calls` from now on: for tests of what other runtimes have. */
export function setNativeCalls(calls: NativeCalls): void {
  chosen = calls;
}

/** What runs here, by the names that Node has. */
interface System {
  readonly platform: string;
  readonly arch: string;
}

/** The first of `names` that there is. Throws as {@link nativeCalls} does. */
export function chooseNativeCalls(names: readonly NativeCallsName[], system: System = process): NativeCalls {
  const { platform, arch } = system;
  if (platform !== 'linux' || !ARCHITECTURES.includes(arch)) {
    const detail = `it is done on Linux on ${ARCHITECTURES.join(' or ')}, this is ${platform} on ${arch}`;
    throw new MappedFileError('Unsupported', null, detail);
  }
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return LOADERS[name]();
    } catch (error) {
      reasons.push(`${name} (${firstLine(error)})`);
    }
  }
  const detail = `nothing calls native code here: ${reasons.join(', ')}; npm install koffi`;
  throw new MappedFileError('Unsupported', null, detail);
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0]!;
}
