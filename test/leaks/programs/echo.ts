// Opens whatever ends it is given, and sends the first message of each back. Collects its garbage when it is told to, and says how many are open.
import { parentPort } from 'node:worker_threads';
import { type ChannelHandle, MessagePipe, openChannel } from '../../../src/index.ts';
import { collectAll } from '../../support/process-state.ts';
import { SETTLING_COLLECTIONS } from '../../support/resources.ts';

let open = 0;

async function echo(handle: ChannelHandle): Promise<void> {
  const pipe = new MessagePipe(openChannel(handle));
  open++;
  await pipe.send(await pipe.receive());
  await pipe.receive().catch(() => {});
  pipe.close();
  open--;
}

async function collect(): Promise<void> {
  await collectAll(SETTLING_COLLECTIONS);
  parentPort!.postMessage(open);
}

parentPort!.on('message', (message: ChannelHandle | 'collect') => {
  void (message === 'collect' ? collect() : echo(message));
});
