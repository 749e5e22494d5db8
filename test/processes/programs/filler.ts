// Makes a channel that its file system has no room for: `filler.ts FOLDER`. Prints what came of it, and what is in the folder.
import { readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { createChannelFile, mapFile, MappedFileError, openChannelFile } from '../../../src/transport/node/index.ts';

const [folder = ''] = process.argv.slice(2);
const outcomes: string[] = [];
const free = (): number => statfsSync(folder).bfree;

function attempt(call: () => unknown): void {
  try {
    call();
    outcomes.push('made');
  } catch (error) {
    if (!(error instanceof MappedFileError)) throw error;
    outcomes.push(error.code);
  }
}

const before = free();
attempt(() => createChannelFile(join(folder, 'large'), { ringBytes: 1 << 20 }));
attempt(() => openChannelFile(join(folder, 'large'), { end: 0, create: { ringBytes: 1 << 20 } }));
const after = free();
attempt(() => createChannelFile(join(folder, 'small'), { ringBytes: 65_536 }));
attempt(() => {
  for (let i = 0; ; i++) createChannelFile(join(folder, `more-${i}`), { ringBytes: 65_536 });
});
const files = readdirSync(folder).toSorted();
// What was made can be written to, to its last page: no signal comes of that.
for (const file of files) mapFile(join(folder, file)).bytes.fill(1);
console.log(JSON.stringify({ outcomes, files, blocks: [before, after] }));
