// Makes a channel, opens it, sends and takes a packet, closes and removes it, over and over: `churner.ts FILE`.
import { rmSync, writeSync } from 'node:fs';
import { createChannelFile } from '../../../src/transport/node/index.ts';
import { openBothEnds } from '../../support/queue-pairs.ts';

const [path = ''] = process.argv.slice(2);

for (let round = 0; ; round++) {
  rmSync(path, { force: true });
  createChannelFile(path, { ringBytes: 65_536 });
  for (let i = 0; i < 4; i++) {
    const [first, second] = openBothEnds(path);
    first.tryWrite(Uint8Array.of(i));
    if (second.tryRead()?.readAll()[0] !== i) throw new Error('another packet came');
    second.reader.release();
    first.close();
    second.close();
  }
  if (round === 0) writeSync(1, 'begun\n');
}
