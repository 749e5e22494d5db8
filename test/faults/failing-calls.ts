// System calls that fail when a test says so: those that go through native code, and those that Node's file system makes.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { type NativeCalls, nativeCalls, setNativeCalls } from '../../src/transport/node/ffi/native-calls.ts';
import { SYSCALL } from '../../src/transport/node/ffi/syscall-numbers.ts';

/** What a call can fail with, by its name. */
const ERRORS = {
  mmap: ['ENOMEM', 'EAGAIN', 'EACCES', 'ENODEV', 'EPERM'],
  fcntl: ['EINVAL', 'ENOLCK', 'EPERM', 'EBUSY', 'EINTR', 'EOPNOTSUPP'],
  futex: ['EINTR', 'ETIMEDOUT', 'ENOMEM'],
  futexWaitv: ['ENOSYS', 'ENOMEM', 'EINTR'],
  linkat: ['ENOENT', 'EACCES', 'ENOSPC', 'EDQUOT', 'EXDEV', 'EEXIST'],
  memfdCreate: ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOSYS'],
  close: ['EIO', 'EINTR'],
  view: ['ENOMEM'],
  posixFallocate: ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EINTR', 'EOPNOTSUPP'],
  openSync: ['EMFILE', 'ENFILE', 'ENOMEM', 'EACCES', 'EINTR', 'ENOSPC', 'EOPNOTSUPP', 'ENOENT'],
  fstatSync: ['ENOMEM', 'EIO'],
  fchmodSync: ['EPERM', 'EROFS', 'EIO'],
  writeSync: ['ENOSPC', 'EDQUOT', 'EIO', 'EINTR'],
  readSync: ['EIO', 'EINTR'],
  linkSync: ['ENOSPC', 'EACCES', 'EEXIST'],
  rmSync: ['EACCES', 'EIO'],
  closeSync: ['EIO', 'ENOSPC'],
} as const;

export type CallName = keyof typeof ERRORS;

/** One that was made: the errors that it may fail with are {@link errorsOf} its name. */
export function errorsOf(name: CallName): readonly string[] {
  return ERRORS[name];
}

type FileCall = Extract<CallName, `${string}Sync`>;

const FILE_CALLS = (Object.keys(ERRORS) as CallName[]).filter((name): name is FileCall => name.endsWith('Sync'));

/** Those that free something do so all the same: what Linux does for `close`. */
const DONE_ALL_THE_SAME: ReadonlySet<CallName> = new Set(['close', 'closeSync']);

interface Failure {
  /** Which call fails, counted from 0. */
  readonly at: number;
  readonly errno: string;
  /** Whether all that come after it do so as well. */
  readonly forGood: boolean;
}

/** Stands before all system calls of this thread, from when it is made on. */
export class FailingCalls {
  /** What was called since the last {@link run} began. */
  readonly made: CallName[] = [];
  #failure: Failure | null = null;
  #isRunning = false;
  #errno: number | null = null;

  constructor() {
    setNativeCalls(this.#native(nativeCalls()));
    for (const name of FILE_CALLS) this.#replace(name);
    syncBuiltinESMExports();
  }

  /** Calls `operation`, and has one of its calls fail. */
  run<T>(failure: Failure | null, operation: () => T): T {
    this.begin(failure);
    try {
      return operation();
    } finally {
      this.end();
    }
  }

  /** Calls `preparation` in the midst of a {@link run}, which none of its calls belong to. */
  paused<T>(preparation: () => T): T {
    const wasRunning = this.#isRunning;
    this.#isRunning = false;
    try {
      return preparation();
    } finally {
      this.#isRunning = wasRunning;
    }
  }

  /** As {@link run}, for what is not over when it returns: until {@link end}. */
  begin(failure: Failure | null): void {
    this.made.length = 0;
    this.#failure = failure;
    this.#isRunning = true;
  }

  end(): void {
    this.#isRunning = false;
  }

  /** What this call fails with, or `null`. */
  #next(name: CallName): string | null {
    if (!this.#isRunning) return null;
    const number = this.made.push(name) - 1;
    const failure = this.#failure;
    if (failure === null || number < failure.at || (number > failure.at && !failure.forGood)) return null;
    return failure.errno;
  }

  #native(real: NativeCalls): NativeCalls {
    const names = new Map(Object.entries(SYSCALL).map(([name, number]) => [number as number, name as CallName]));
    const errno = constants.errno as Readonly<Record<string, number>>;
    const failed = (name: CallName | undefined): boolean => {
      const failure = name === undefined || !(name in ERRORS) ? null : this.#next(name);
      this.#errno = failure === null ? null : errno[failure]!;
      return failure !== null;
    };
    return {
      ...real,
      syscall: (number, args) => {
        const name = names.get(number);
        if (!failed(name)) return real.syscall(number, args);
        if (DONE_ALL_THE_SAME.has(name!)) real.syscall(number, args);
        return -1;
      },
      errno: () => this.#errno ?? real.errno(),
      posixFallocate: (descriptor, offset, length) =>
        failed('posixFallocate') ? this.#errno! : real.posixFallocate(descriptor, offset, length),
      view: (address, length) => {
        if (failed('view')) throw new Error('no view');
        return real.view(address, length);
      },
      syscallAsync:
        real.syscallAsync === null
          ? null
          : (number, args) =>
              failed(names.get(number)) ? Promise.reject(new Error('no thread')) : real.syscallAsync!(number, args),
    };
  }

  #replace(name: FileCall): void {
    const files = fs as unknown as Record<FileCall, (...args: unknown[]) => unknown>;
    const real = files[name];
    files[name] = (...args) => {
      const errno = this.#next(name);
      if (errno === null) return real(...args);
      if (DONE_ALL_THE_SAME.has(name)) real(...args);
      throw Object.assign(new Error(`${errno}: made to fail, ${name}`), { code: errno, syscall: name });
    };
  }
}
