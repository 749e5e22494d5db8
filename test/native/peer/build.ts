import { buildProgram } from '../../../dpdk/build-program.ts';

/** The program around DPDK's ring functions, up to date, and its path. Throws, and says what to install, where it cannot be compiled. */
export function buildDpdkPeer(): string {
  return buildProgram('dpdk-peer', import.meta.dirname);
}
