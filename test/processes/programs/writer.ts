// Writes messages for ever, from the first that was not published before: `writer.ts FILE sync|async BATCH`.
import { readFileSync } from 'node:fs';
import { packetSize, Queue } from '../../../src/index.ts';
import { readFlow } from '../../../src/transport/channel-file/flow.ts';
import { flowWord, HEADER_WORDS } from '../../../src/transport/channel-file/layout.ts';
import { openChannelFile } from '../../../src/transport/node/index.ts';
import { messageOf } from './messages.ts';

const [path = '', way, batchText] = process.argv.slice(2);
const batch = Number(batchText);
const channel = openChannelFile(path, { end: 0, outlivesPeer: true });
const { control, ringSize } = channel.inspect().outgoing;
const page = readFileSync(path).subarray(0, HEADER_WORDS * 4);
const words = new Int32Array(page.buffer.slice(page.byteOffset, page.byteOffset + page.length));
const flow = readFlow(words, flowWord(0, 'produced'), control.in, ringSize);
if (flow === null) throw new Error('nobody knows what was published');
const queue = new Queue(channel);
let number = Number(flow.packets);
process.stdout.write(`${number}\n`);

function write(): void {
  const writes = queue.writeBatch();
  for (let i = 0; i < batch; i++) if (writes.tryWrite(messageOf(number))) number++;
  writes.commit();
}

for (;;) {
  const bytes = packetSize(messageOf(number)) * batch;
  const room = Math.min(bytes, queue.capacity);
  if (way === 'sync') queue.writer.waitReadySync(room);
  else await queue.waitReady(room);
  write();
}
