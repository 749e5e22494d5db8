// Does one thing that ends badly, and says how: `limited.ts WHAT FOLDER`. What is to end the process does so.
import fs, { readdirSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { Queue } from '../../../src/index.ts';
import {
  createChannelFile,
  createSealedChannelFile,
  mapFile,
  MappedFileError,
  openChannelFile,
} from '../../../src/transport/node/index.ts';
import { addressSpaceBytes, openDescriptors } from '../../support/process-state.ts';
import { withLimit } from '../resource-limits.ts';

const RING_BYTES = 65_536;

const [what = '', folder = ''] = process.argv.slice(2);
const outcomes: unknown[] = [];

/** Notes what came of it, and closes what was opened. */
function attempt(operation: () => { close(): void } | void): void {
  try {
    operation()?.close();
    outcomes.push('done');
  } catch (error) {
    if (!(error instanceof MappedFileError)) throw error;
    outcomes.push(error.code === 'SystemError' || error.code === 'NoSpace' ? error.errno : error.code);
  }
}

const path = join(folder, 'file');
const made = (): void => createChannelFile(path, { ringBytes: RING_BYTES });

/** Has `then` run right after the first call of `fstatSync`. */
function afterFirstStat(then: () => void): void {
  const { fstatSync } = fs;
  let isFirst = true;
  fs.fstatSync = ((descriptor: number) => {
    const stats = fstatSync(descriptor);
    if (isFirst) then();
    isFirst = false;
    return stats;
  }) as typeof fstatSync;
  syncBuiltinESMExports();
}

const CASES: Readonly<Record<string, () => void>> = {
  'a mapped file is cut': () => {
    writeFileSync(path, new Uint8Array(16_384));
    const mapped = mapFile(path);
    truncateSync(path, 4096);
    outcomes.push(mapped.bytes[4095]);
    console.log(JSON.stringify(outcomes));
    outcomes.push(mapped.bytes[4096]);
  },
  'a file mapped to read is cut': () => {
    writeFileSync(path, new Uint8Array(16_384));
    const mapped = mapFile(path, { access: 'read' });
    truncateSync(path, 4096);
    console.log(JSON.stringify(outcomes));
    outcomes.push(mapped.bytes[8192]);
  },
  'the file of a channel is cut': () => {
    made();
    const queue = new Queue(openChannelFile(path, { end: 0 }));
    truncateSync(path, 4096);
    console.log(JSON.stringify(outcomes));
    queue.tryRead();
  },
  'a file is cut while it is being mapped': () => {
    writeFileSync(path, new Uint8Array(16_384));
    afterFirstStat(() => truncateSync(path, 4096));
    attempt(() => mapFile(path));
    attempt(() => mapFile(path));
  },
  'the file of a channel is cut while it is being opened': () => {
    made();
    afterFirstStat(() => truncateSync(path, 3 * 4096));
    attempt(() => openChannelFile(path, { end: 0 }));
    attempt(() => openChannelFile(path, { end: 0 }));
  },
  'descriptors are used up': () => {
    made();
    attempt(() => openChannelFile(path, { end: 0 }));
    const before = openDescriptors();
    // The limit is one for their numbers.
    const next = fs.openSync('/dev/null', 'r');
    fs.closeSync(next);
    for (let more = 0; more < 4; more++) {
      withLimit('descriptors', next + more, () => {
        attempt(() => openChannelFile(path, { end: 0 }));
        attempt(() => mapFile(path));
        attempt(() => createSealedChannelFile({ ringBytes: 4096 }));
        attempt(() => createChannelFile(join(folder, `more-${more}`), { ringBytes: 4096 }));
      });
    }
    outcomes.push(openDescriptors() - before);
  },
  'addresses are used up': () => {
    made();
    attempt(() => openChannelFile(path, { end: 0 }));
    const before = openDescriptors();
    const large = join(folder, 'large');
    fs.closeSync(fs.openSync(large, 'w'));
    truncateSync(large, 2 ** 32);
    withLimit('addressSpace', addressSpaceBytes() + 2 ** 30, () => {
      attempt(() => mapFile(large));
      attempt(() => mapFile(large, { access: 'read' }));
      attempt(() => openChannelFile(path, { end: 0 }));
    });
    attempt(() => mapFile(large));
    outcomes.push(openDescriptors() - before);
  },
  'files may be no longer': () => {
    withLimit('fileSize', 8192, () => {
      attempt(made);
      attempt(() => createSealedChannelFile({ ringBytes: RING_BYTES }));
    });
    outcomes.push(readdirSync(folder).length);
    attempt(made);
  },
  'there are no inodes left': () => {
    while (statfsSync(folder).ffree > 0) writeFileSync(join(folder, `filler-${readdirSync(folder).length}`), '');
    attempt(made);
    attempt(() => openChannelFile(path, { end: 0, create: { ringBytes: RING_BYTES } }));
    fs.rmSync(join(folder, 'filler-0'));
    attempt(made);
  },
};

CASES[what]!();
console.log(JSON.stringify(outcomes));
