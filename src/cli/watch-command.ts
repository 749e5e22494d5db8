import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { EXIT_CLEAN, EXIT_FAILED, EXIT_UNUSABLE } from './exit-codes.ts';
import { FileError } from './file-error.ts';
import { listenForInterruption } from './interruption.ts';
import { describeRange, takeNumber } from './number-option.ts';
import { complain } from './output.ts';
import { LiveRing } from './watch/live-ring.ts';
import type { Sample } from './watch/sample.ts';
import { LineView, ScreenView, type View } from './watch/views.ts';

interface WatchOptions {
  readonly interval: number;
  readonly count?: number;
  readonly json?: true;
}

const INTERVAL = { minimum: 10, maximum: 60_000, multipleOf: 1 };
const COUNT = { minimum: 1, maximum: 999_999_999, multipleOf: 1 };

const HELP = `
RING is the file of a channel between processes, or the image of a ring that is in use. It is read, never mapped; nothing is written, and
nobody who uses it notices. On a terminal, one screen is drawn again and again; else there is one line each time. Packets and bytes are
counted since the file was made; bytes are those on the ring, headers included.

Exit codes:
  0    it was shown as often as asked, or ended with q
  1    the file was removed or replaced, or its size changed
  2    RING cannot be read, or is no ring
  129, 130, 143  ended by SIGHUP, Ctrl-C, SIGTERM

Examples:
  $ vmbus-ring watch /dev/shm/ring
  $ vmbus-ring watch --json --interval 1000 /dev/shm/ring | jq '.rings[0].perSecond.produced.bytes'
  $ vmbus-ring watch --count 1 /dev/shm/ring
`;

/** `vmbus-ring watch RING`. */
export function watchCommand(): Command {
  return new Command('watch')
    .description('show what goes on in a ring that is in use')
    .argument('<ring>', 'file of a channel, or image of a ring')
    .option('--interval <ms>', `time from one look to the next: ${describeRange(INTERVAL)}`, takeNumber(INTERVAL), 500)
    .option('--count <n>', 'end after so many looks', takeNumber(COUNT))
    .option('--json', 'print one JSON document a line')
    .addHelpText('after', HELP)
    .action(watch);
}

async function watch(path: string, options: WatchOptions): Promise<void> {
  const ending = listenForInterruption();
  const view =
    process.stdout.isTTY && options.json !== true
      ? new ScreenView(
          () => ending.abort(ENOUGH),
          () => ending.abort('SIGINT'),
        )
      : new LineView(options.json === true);
  const close = (): void => view.close();
  process.on('exit', close);
  let ring: LiveRing | null = null;
  try {
    ring = new LiveRing(path);
    view.open();
    await look(ring, view, options, ending.signal);
    process.exitCode = EXIT_CLEAN;
  } catch (error) {
    view.close();
    const ended = toCommandError(error, ring === null ? EXIT_UNUSABLE : EXIT_FAILED);
    if (ended !== null) complain(ended.message);
    process.exitCode = ended?.exitCode ?? EXIT_CLEAN;
  } finally {
    view.close();
    process.removeListener('exit', close);
    ending.stop();
    ring?.close();
  }
}

/** Why it ended; `null` where that is because somebody had seen enough. */
function toCommandError(error: unknown, exitCode: typeof EXIT_UNUSABLE | typeof EXIT_FAILED): CommandError | null {
  if (error === ENOUGH) return null;
  if (error instanceof CommandError) return error;
  if (error instanceof FileError) return new CommandError(exitCode, error.message, { cause: error });
  throw error;
}

/** What ends the watching when `q` is pressed. */
const ENOUGH = new Error('enough');

async function look(ring: LiveRing, view: View, options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { interval, count = Number.POSITIVE_INFINITY } = options;
  let before: Sample | null = null;
  for (let looks = 1; ; looks++) {
    const now = ring.sample(view.packets);
    view.show(now, before);
    if (looks >= count) return;
    before = now;
    try {
      await delay(interval, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }
}
