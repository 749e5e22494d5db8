import { rmSync } from 'node:fs';
import type { Channel } from '../../index.ts';
import { createChannelFile, MappedFileError, openChannelFile } from '../../transport/node/index.ts';
import { nodeAt } from '../file-node.ts';
import { clearLeftover } from './leftover.ts';

/** How often a file is looked for that comes and goes. */
const TRIES = 8;

/** How often to look whether the file is still there while nobody has come. */
const LOOK_INTERVAL_MS = 1000;

interface PlaceOptions {
  /** Of each ring, where the file is not there yet. */
  readonly ringBytes: number;
  /** Leaves the file there. */
  readonly keep: boolean;
}

/** The file where two processes meet, and this one's end of the channel in it. Whoever made it removes it. */
export class RingPlace {
  readonly channel: Channel;
  readonly #path: string;
  readonly #removes: boolean;
  readonly #node: string | null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(channel: Channel, path: string, removes: boolean) {
    this.channel = channel;
    this.#path = path;
    this.#removes = removes;
    this.#node = nodeAt(path);
  }

  /** Whoever comes first makes the file. Throws a `MappedFileError` or a {@link CommandError}. */
  static open(path: string, end: 0 | 1, { ringBytes, keep }: PlaceOptions): RingPlace {
    let isOurs = false;
    for (let i = 0; ; i++) {
      try {
        if (!clearLeftover(path, end)) {
          createChannelFile(path, { ringBytes });
          isOurs = true;
        }
        return new RingPlace(openChannelFile(path, { end }), path, isOurs && !keep);
      } catch (error) {
        // Somebody else made it, or removed it, meanwhile.
        const { code, errno } = error instanceof MappedFileError ? error : { code: null, errno: null };
        if ((code !== 'Exists' && errno !== 'ENOENT') || i === TRIES) throw error;
      }
    }
  }

  /** Calls `then` when the file is removed or replaced before anybody has come: nobody will. */
  onVanished(then: () => void): void {
    this.#timer = setInterval(() => {
      if (this.channel.signal.peerState !== 'unopened') clearInterval(this.#timer);
      else if (nodeAt(this.#path) !== this.#node) then();
    }, LOOK_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Removes the file if that is for this process to do, and closes the end: in this order, so that nobody finds what is over. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    if (this.#removes && nodeAt(this.#path) === this.#node) rmSync(this.#path, { force: true });
    this.channel.close();
  }
}
