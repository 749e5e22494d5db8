import { SYSCALL } from '../../transport/node/ffi/syscall-numbers.ts';
import { trySystemCall } from '../../transport/node/ffi/system-call.ts';

const F_SETPIPE_SZ = 1031;

/** The most that the system gives without asking. */
const PIPE_BYTES = 1 << 20;

/** Has a pipe of the shell hold more than 64 KiB, so that both of its ends work for longer at a time. Harmless where it is none. */
export function widenPipe(descriptor: number): void {
  trySystemCall(SYSCALL.fcntl, descriptor, F_SETPIPE_SZ, PIPE_BYTES);
}
