// A peer none of whose signals arrives: sends numbered messages, or takes what comes, with pauses.
import { parentPort, workerData } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelHandle, openChannel, Queue } from '../../../src/index.ts';
import { openChannelFile } from '../../../src/transport/node/index.ts';
import { messageOf } from '../../processes/programs/messages.ts';
import { dropSignals } from '../drop-signals.ts';

export interface MuteTask {
  /** A handle, or the path of a channel's file. */
  readonly place: ChannelHandle | string;
  readonly does: 'send' | 'take';
  readonly packets: number;
}

const PAUSE_MS = 60;

const { place, does, packets } = workerData as MuteTask;
const channel = typeof place === 'string' ? openChannelFile(place, { end: 1 }) : openChannel(place);
const lost = dropSignals(channel, () => true);
const queue = new Queue(channel);
parentPort!.postMessage('open');
for (let number = 0; number < packets; number++) {
  await sleep(PAUSE_MS);
  if (does === 'send') {
    if (!queue.tryWrite(messageOf(number))) throw new Error('there is no room');
  } else {
    while (queue.tryRead() === null) await sleep(1);
    queue.reader.release();
  }
}
parentPort!.postMessage(lost());
// Its end stays open: that it is closed would be another signal.
setInterval(() => {}, 1000);
