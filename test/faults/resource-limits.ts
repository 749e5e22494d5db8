import { scratchMemory } from '../../src/transport/node/ffi/scratch.ts';
import { systemCall } from '../../src/transport/node/ffi/system-call.ts';

const PRLIMIT64 = process.arch === 'x64' ? 302 : 261;
const RESOURCES = { fileSize: 1, descriptors: 7, addressSpace: 9 } as const;

/** Has this process hold no more than `limit` of something while `operation` runs. */
export function withLimit<T>(resource: keyof typeof RESOURCES, limit: number, operation: () => T): T {
  const { address, view } = scratchMemory();
  const number = RESOURCES[resource];
  systemCall('prlimit', null, PRLIMIT64, 0, number, 0, address);
  const [before, maximum] = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
  const set = (soft: bigint): void => {
    view.setBigUint64(0, soft, true);
    view.setBigUint64(8, maximum, true);
    systemCall('prlimit', null, PRLIMIT64, 0, number, address, 0);
  };
  set(BigInt(limit));
  try {
    return operation();
  } finally {
    set(before);
  }
}
