import { ChannelError } from '../../index.ts';
import { MappedFileError } from '../../transport/node/index.ts';
import { CommandError } from '../command-error.ts';
import { EXIT_CLEAN, EXIT_FAILED, EXIT_UNUSABLE } from '../exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { complain } from '../output.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import { END_NAMES, SENDER } from './ends.ts';
import { receive } from './recv.ts';
import { RingPlace } from './ring-place.ts';
import { send } from './send.ts';
import { standardInputBytes } from './standard-input.ts';

export interface TransferOptions {
  readonly ringKib: number;
  readonly keep?: true;
}

/** What `send` and `recv` have in common: the file, the end, the signals, the progress, and how it ends. */
export async function runTransfer(path: string, end: 0 | 1, options: TransferOptions): Promise<void> {
  const interruption = listenForInterruption();
  let place: RingPlace | null = null;
  let progress: Progress | null = null;
  let bytes = 0;
  const cleanUp = (): void => {
    progress?.stop();
    place?.close();
  };
  // Before the end is opened: a thread that ends without having closed its ends counts as dead.
  process.on('exit', cleanUp);
  try {
    // What somebody types or reads there is not to be written over.
    const isTyped = end === SENDER ? process.stdin.isTTY : process.stdout.isTTY;
    if (!isTyped) progress = await Progress.create(end === SENDER ? standardInputBytes() : null);
    place = RingPlace.open(path, end, { ringBytes: options.ringKib * 1024, keep: options.keep === true });
    place.onVanished(() => {
      const who = END_NAMES[1 - end]!;
      const message = `${printable(path)}: was removed or replaced before a ${who} came`;
      interruption.abort(new CommandError(EXIT_FAILED, message));
    });
    announceWait(path, place, end);
    const count = (more: number): void => {
      bytes += more;
      progress?.start(() => bytes);
    };
    await (end === SENDER ? send : receive)(place.channel, count, interruption.signal);
    process.exitCode = EXIT_CLEAN;
  } catch (error) {
    cleanUp();
    const { message, exitCode } = toCommandError(error, end, bytes);
    complain(message);
    process.exitCode = exitCode;
  } finally {
    cleanUp();
    process.removeListener('exit', cleanUp);
    interruption.stop();
  }
}

/** Tells who sits at a terminal why nothing happens. */
function announceWait(path: string, { channel }: RingPlace, end: 0 | 1): void {
  if (!process.stderr.isTTY || channel.signal.peerState !== 'unopened') return;
  process.stderr.write(`waiting for a ${END_NAMES[1 - end]!} at ${printable(path)}; Ctrl-C ends it\n`);
}

function toCommandError(error: unknown, end: 0 | 1, bytes: number): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof MappedFileError) return new CommandError(EXIT_UNUSABLE, error.message, { cause: error });
  const { message } = error instanceof Error ? error : { message: String(error) };
  if (!(error instanceof ChannelError)) return new CommandError(EXIT_FAILED, message, { cause: error });
  const peer = END_NAMES[1 - end]!;
  const what = end === SENDER ? 'before it had read everything' : `before the end of the stream, after ${bytes} bytes`;
  switch (error.code) {
    case 'PeerClosed':
      return new CommandError(EXIT_FAILED, `the ${peer} closed the channel ${what}`, { cause: error });
    case 'PeerDied':
      return new CommandError(EXIT_FAILED, `the ${peer} died ${what}`, { cause: error });
    default:
      return new CommandError(EXIT_FAILED, message, { cause: error });
  }
}
