import type { DpdkProcess } from '../dpdk/dpdk-process.ts';
import type { Question } from '../jobs/in-turn.ts';
import type { Work } from '../jobs/work.ts';
import { RING_BYTES } from './crew.ts';

/** The same with DPDK's ring code, in two threads of its own process that spin, one packet a commit; milliseconds. */
export async function runDpdk(
  dpdk: DpdkProcess,
  first: Question['first'],
  { payloadBytes, count, verify }: Omit<Work, 'job'>,
): Promise<number> {
  const task = { ringBytes: RING_BYTES, payloadBytes, count };
  // It compares its round trips always.
  if (first === 'ping') return (await dpdk.pingPong(task)) / 1e6;
  if (!verify) return (await dpdk.stream(task)) / 1e6;
  await dpdk.verifyStream(task);
  return 0;
}
