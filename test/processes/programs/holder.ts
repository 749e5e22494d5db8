// Has an end of a channel until it is killed: `holder.ts FILE END waits|blocks|busy|idle|exits|closes|unrefs`.
import { writeSync } from 'node:fs';
import { Queue } from '../../../src/index.ts';
import { MappedFileError, openChannelFile } from '../../../src/transport/node/index.ts';

const [path = '', end, what] = process.argv.slice(2);

function open(): Queue | null {
  try {
    return new Queue(openChannelFile(path, { end: end === '0' ? 0 : 1, create: { ringBytes: 4096 } }));
  } catch (error) {
    if (!(error instanceof MappedFileError)) throw error;
    writeSync(1, `${error.code}\n`);
    return null;
  }
}

const queue = open();
if (queue !== null) {
  writeSync(1, 'open\n');
  if (what === 'busy') {
    for (;;) Math.random();
  }
  switch (what) {
    case 'waits':
      await queue.read();
      break;
    case 'blocks':
      queue.readSync();
      break;
    case 'exits':
      setTimeout(() => process.exit(0), 50);
      await queue.read();
      break;
    case 'closes':
      setTimeout(() => queue.close(), 50);
      await queue.read().catch(() => {});
      break;
    case 'unrefs':
      queue.channel.unref();
      await queue.read();
      break;
    default:
      setInterval(() => {}, 1000);
  }
}
