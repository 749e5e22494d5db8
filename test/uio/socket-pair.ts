import { scratchMemory } from '../../src/transport/node/ffi/scratch.ts';
import { systemCall } from '../../src/transport/node/ffi/system-call.ts';

const SOCKETPAIR = process.arch === 'x64' ? 53 : 199;
const AF_UNIX = 1;
const SOCK_STREAM_NONBLOCK_CLOEXEC = 0o2004001;

/** Two descriptors: what is written to one is read from the other. */
export function socketPair(): [number, number] {
  const { address, view } = scratchMemory();
  systemCall('socketpair', null, SOCKETPAIR, AF_UNIX, SOCK_STREAM_NONBLOCK_CLOEXEC, 0, address);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}
