import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EXIT_UNUSABLE } from './exit-codes.ts';
import { printable } from './printable.ts';

/** Characters that are gathered before they are written: a system call for each line would take most of the time. */
const BATCH_CHARACTERS = 1 << 16;

/** Writes the pieces to standard output as they come, and no faster than they are taken. */
export async function writeOutput(pieces: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(inBatches(pieces)), process.stdout, { end: false });
}

/** Says on standard error why the command cannot go on. */
export function complain(reason: string): void {
  process.stderr.write(`vmbus-ring: ${printable(reason)}\n`);
}

/**
 * Ends the process when nobody takes its output any more: quietly if the reader left, as `head` does, with the exit code
 * that was set by then; with a message if the output cannot be written. Without it Node would print a stack trace.
 */
export function endOnBrokenOutput(): void {
  process.stderr.on('error', () => process.exit());
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    complain(`cannot write to standard output: ${error.message}`);
    process.exit(EXIT_UNUSABLE);
  });
}

function* inBatches(pieces: Iterable<string>): Generator<string, void, undefined> {
  let batch = '';
  for (const piece of pieces) {
    batch += piece;
    if (batch.length < BATCH_CHARACTERS) continue;
    yield batch;
    batch = '';
  }
  yield batch;
}
