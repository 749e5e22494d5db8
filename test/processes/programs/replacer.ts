// Puts each of the files at PATH in turn, again and again, until it is killed: `replacer.ts PATH FILE...`. Each comes in the place of the other one at once.
import { linkSync, lstatSync, readlinkSync, renameSync, symlinkSync, lchownSync } from 'node:fs';

const [path = '', ...files] = process.argv.slice(2);
const temporary = `${path}.next`;

console.log('begun');
for (;;) {
  for (const file of files) {
    const stats = lstatSync(file);
    if (stats.isSymbolicLink()) {
      symlinkSync(readlinkSync(file), temporary);
      lchownSync(temporary, stats.uid, stats.gid);
    } else {
      linkSync(file, temporary);
    }
    renameSync(temporary, path);
  }
}
