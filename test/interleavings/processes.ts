import { CONTROL_IN, CONTROL_OUT, type Channel } from '../../src/index.ts';
import { flowWord, HEADER_WORDS } from '../../src/transport/channel-file/layout.ts';
import { readFlow } from '../../src/transport/channel-file/flow.ts';
import { nativeCalls, setNativeCalls } from '../../src/transport/node/ffi/native-calls.ts';
import { scratchMemory } from '../../src/transport/node/ffi/scratch.ts';
import { SYSCALL } from '../../src/transport/node/ffi/syscall-numbers.ts';
import type { Mapping } from '../../src/transport/node/mapping/mapping.ts';
import type { EndLocks } from '../../src/transport/node/processes/end-locks.ts';
import { FileSignal } from '../../src/transport/node/processes/file-signal.ts';
import { takeOver } from '../../src/transport/node/processes/take-over.ts';
import { checked } from './channels.ts';
import type { Surroundings } from './fiber.ts';
import { controlPageOf, type Ring, RING_BYTES } from './layout.ts';
import type { World } from './world.ts';

/** Where the file is mapped, for all that the kernel is told. */
const MAPPED_AT = 2 ** 40;
const FUTEX_WAIT = 0;

// Mapped by the real calls, once.
scratchMemory();

/** The kernel, whose futexes in the file are words of this world. Until the run is over. */
function standInForFutexes({ sleepAt, wakeAt, atEnd }: Surroundings): void {
  const calls = nativeCalls();
  setNativeCalls({
    ...calls,
    syscall: (number, args) => {
      const [address, operation, value] = args;
      if (number !== SYSCALL.futex) return calls.syscall(number, args);
      if (operation === FUTEX_WAIT) sleepAt(address - MAPPED_AT, value | 0);
      else wakeAt(address - MAPPED_AT);
      return 0;
    },
  });
  atEnd(() => setNativeCalls(calls));
}

/** This side's end of a channel in a file, which it has the lock of; its peer may be one that is still to come. */
export function openProcessEnd(surroundings: Surroundings): Channel {
  const { side, memory, rules, atEnd } = surroundings;
  standInForFutexes(surroundings);
  const page = { buffer: memory.buffer as ArrayBufferLike, address: MAPPED_AT } as Mapping;
  const signal = new FileSignal(page, side, true, {} as EndLocks, () => {});
  atEnd(() => signal.abandon());
  const rings = [memory.ring(0), memory.ring(1)];
  const channel = takeOver({ words: memory.words(0, HEADER_WORDS), rings, end: side, signal });
  checked(signal, rules);
  return channel;
}

/** How many packets are counted in the file as produced into a ring, or consumed from it. */
export function packetsCounted(world: World, ring: Ring, side: 'produced' | 'consumed'): number {
  const words = Int32Array.from({ length: HEADER_WORDS }, (_, word) => world.get(4 * word));
  const index = world.get(controlPageOf(ring) + 4 * (side === 'produced' ? CONTROL_IN : CONTROL_OUT));
  const flow = readFlow(words, flowWord(ring, side), index, RING_BYTES);
  if (flow === null) throw new Error(`nothing counts what was ${side}`);
  return Number(flow.packets);
}

/** Has so many be counted as produced into the first ring. */
export function setCounted(world: World, packets: number, bytes: number): void {
  const at = 4 * flowWord(0, 'produced');
  world.set(at, packets);
  world.set(at + 8, bytes);
}
