// The first waits of a thread at channels in files, one of whose system calls fails: says what came of it.
import { parentPort, workerData } from 'node:worker_threads';
import { createSealedChannelFile, MappedFileError } from '../../../src/transport/node/index.ts';
import { openBothEnds } from '../../support/queue-pairs.ts';
import { type CallName, errorsOf, FailingCalls } from '../failing-calls.ts';

export interface FirstWaitTask {
  readonly at: number;
  readonly forGood: boolean;
}

export interface FirstWaitReport {
  readonly made: readonly CallName[];
  /** Codes of the errors of each wait, `'read'` where it was none. */
  readonly outcomes: readonly string[];
}

const HANG_MS = 20_000;

/** Of all calls that are made here. */
const ERRNO = errorsOf('mmap')[0]!;

const task = workerData as FirstWaitTask;
const calls = new FailingCalls();
const file = createSealedChannelFile({ ringBytes: 4096 });
const [reader, writer] = openBothEnds(file.path);
const outcomes: string[] = [];

async function attempt(read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
    outcomes.push('read');
  } catch (error) {
    if (!(error instanceof MappedFileError)) throw error;
    outcomes.push(error.code);
  }
}

calls.begin({ ...task, errno: ERRNO });
const sending = setTimeout(() => writer.tryWrite(Uint8Array.of(1)), 20);
await attempt(() => reader.read({ timeoutMs: HANG_MS }));
calls.end();
const made = [...calls.made];
if (outcomes[0] !== 'read') {
  clearTimeout(sending);
  setTimeout(() => writer.tryWrite(Uint8Array.of(1)), 20);
  await attempt(() => reader.read({ timeoutMs: HANG_MS }));
}
// And one that blocks: the writer is this thread itself, so that time has to end it.
await attempt(() => {
  try {
    reader.readSync(5);
  } catch (error) {
    if ((error as { code?: string }).code !== 'TimedOut') throw error;
  }
  return Promise.resolve();
});
reader.close();
writer.close();
file.close();
parentPort!.postMessage({ made, outcomes } satisfies FirstWaitReport);
