import assert from 'node:assert/strict';
import { Queue } from '../../src/index.ts';
import { openChannelFile } from '../../src/transport/node/index.ts';

/** Both ends of the channel in a file: end 0, then end 1. */
export function openBothEnds(path: string): [Queue, Queue] {
  return [new Queue(openChannelFile(path, { end: 0 })), new Queue(openChannelFile(path, { end: 1 }))];
}

/** One packet from the second to the first, which waits for it; then both are closed. */
export async function exchangeAndClose(first: Queue, second: Queue): Promise<void> {
  const reading = first.read({ timeoutMs: 60_000 });
  second.tryWrite(Uint8Array.of(7));
  assert.equal((await reading).readAll()[0], 7);
  first.close();
  second.close();
}
