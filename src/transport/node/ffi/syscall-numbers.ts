/** Numbers of Linux's system calls: the older machine has its own, the newer ones share a table. */
interface SyscallNumbers {
  readonly mmap: number;
  readonly close: number;
  readonly fcntl: number;
  readonly futex: number;
  readonly futexWaitv: number;
  readonly linkat: number;
  readonly memfdCreate: number;
  readonly clockGettime: number;
  readonly ppoll: number;
}

const X64: SyscallNumbers = {
  mmap: 9,
  close: 3,
  fcntl: 72,
  futex: 202,
  futexWaitv: 449,
  linkat: 265,
  memfdCreate: 319,
  clockGettime: 228,
  ppoll: 271,
};

const GENERIC: SyscallNumbers = {
  mmap: 222,
  close: 57,
  fcntl: 25,
  futex: 98,
  futexWaitv: 449,
  linkat: 37,
  memfdCreate: 279,
  clockGettime: 113,
  ppoll: 73,
};

/** Those of this machine; `nativeCalls` refuses machines that have neither. */
export const SYSCALL: SyscallNumbers = process.arch === 'x64' ? X64 : GENERIC;
