import { forgetAbsentPeer } from '../../transport/node/processes/absent-peer.ts';
import { CommandError } from '../command-error.ts';
import { EXIT_UNUSABLE } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { END_NAMES, SENDER } from './ends.ts';

/**
 * Makes the file of a channel that others may have used before fit for a new transfer, by who is about to open `end`: a peer that is gone, and
 * has left nothing in the ring, is one that is still to come. What is no such file is left to `openChannelFile`, which says why.
 *
 * False where there is no such file. Throws a {@link CommandError} where another transfer is under way: this one would be given, or would
 * add to, a part of a stream.
 */
export function clearLeftover(path: string, end: 0 | 1): boolean {
  const peer = forgetAbsentPeer(path, end, SENDER);
  if (peer.found === 'a peer' && !peer.isNew) {
    const who = `its ${END_NAMES[1 - end]!}, process ${peer.process},`;
    throw unusable(path, `${who} is in the middle of a transfer with another ${END_NAMES[end]}`);
  }
  if (peer.found === 'packets' && end === SENDER) {
    throw unusable(path, 'holds what another sender has left: receive it, or remove the file');
  }
  return peer.found !== 'no file';
}

function unusable(path: string, reason: string): CommandError {
  return new CommandError(EXIT_UNUSABLE, `${printable(path)}: ${reason}`);
}
