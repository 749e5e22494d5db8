import { setPipeSize } from '../../transport/node/ffi/files.ts';

/** The most that the system gives without asking. */
const PIPE_BYTES = 1 << 20;

/** Has a pipe of the shell hold more than 64 KiB, so that both of its ends work for longer at a time. Harmless where it is none. */
export function widenPipe(descriptor: number): void {
  setPipeSize(descriptor, PIPE_BYTES);
}
