// Every system call of every operation fails once, with all that it can fail with: what comes of it is a typed error or none,
// nothing is left behind, and the next try works.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { Queue } from '../../src/index.ts';
import { createByLinking, createFile } from '../../src/transport/node/mapping/create-file.ts';
import {
  createChannelFile,
  createSealedChannelFile,
  mapFile,
  MappedFileError,
  openChannelFile,
} from '../../src/transport/node/index.ts';
import { forgetAbsentPeer } from '../../src/transport/node/processes/absent-peer.ts';
import { collectAll, mappingsOf, openDescriptors } from '../support/process-state.ts';
import { TestFolder } from '../support/test-folder.ts';
import { errorsOf, FailingCalls } from './failing-calls.ts';

const RING_BYTES = 8192;
const CHANNEL_BYTES = 3 * 4096 + 2 * RING_BYTES;

interface Operation {
  readonly name: string;
  /** What has to be there, at `path`. */
  readonly prepare: (path: string) => void;
  /** What it does; what is to be undone afterwards. */
  readonly run: (path: string) => () => void;
  /** Whether it makes a file. */
  readonly makes: boolean;
  /** Whether the file may be there although the operation failed: whole, then. */
  readonly mayLeave?: true;
}

const created = (path: string): void => createChannelFile(path, { ringBytes: RING_BYTES });
const nothing = (): void => {};
const fill = (descriptor: number): void => void (descriptor > 0);

/** An end that was opened says so by working. */
function openEnd(path: string, end: 0 | 1, create?: { ringBytes: number }): () => void {
  const channel = openChannelFile(path, { end, create });
  return () => {
    assert.ok(new Queue(channel).tryWrite(Uint8Array.of(1)) || channel.inspect().peerState === 'died');
    channel.close();
  };
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'createChannelFile',
    prepare: nothing,
    makes: true,
    run: (path) => {
      created(path);
      return () => assert.equal(statSync(path).size, CHANNEL_BYTES);
    },
  },
  ...[createFile, createByLinking].map((create) => ({
    name: create.name,
    prepare: nothing,
    makes: true,
    run: (path: string) => {
      create(path, fill);
      return () => assert.equal(statSync(path).size, 0);
    },
  })),
  { name: 'openChannelFile', prepare: created, makes: false, run: (path) => openEnd(path, 0) },
  {
    name: 'openChannelFile, while the peer has its end',
    makes: false,
    prepare: (path) => {
      created(path);
      peers.push(openChannelFile(path, { end: 1 }));
    },
    run: (path) => openEnd(path, 0),
  },
  {
    name: 'openChannelFile, which makes the file',
    prepare: nothing,
    makes: true,
    mayLeave: true,
    run: (path) => openEnd(path, 1, { ringBytes: RING_BYTES }),
  },
  {
    name: 'createSealedChannelFile',
    prepare: nothing,
    makes: false,
    run: () => {
      const file = createSealedChannelFile({ ringBytes: RING_BYTES });
      return () => file.close();
    },
  },
  ...(['read', 'write'] as const).map((access) => ({
    name: `mapFile to ${access}`,
    prepare: (path: string) => writeFileSync(path, new Uint8Array(8192)),
    makes: false,
    run: (path: string) => {
      const mapped = mapFile(path, { access });
      return () => mapped.close();
    },
  })),
  {
    name: 'MappedFile.close',
    prepare: (path) => writeFileSync(path, new Uint8Array(8192)),
    makes: false,
    run: (path) => {
      const mapped = calls.paused(() => mapFile(path));
      closing.push(() => mapped.close());
      mapped.close();
      return () => assert.equal(mapped.bytes.length, 0);
    },
  },
  {
    name: 'Channel.close',
    prepare: created,
    makes: false,
    run: (path) => {
      const channel = calls.paused(() => openChannelFile(path, { end: 0 }));
      closing.push(() => channel.close());
      channel.close();
      return nothing;
    },
  },
  {
    name: 'forgetAbsentPeer',
    prepare: created,
    makes: false,
    run: (path) => {
      forgetAbsentPeer(path, 0, 1);
      return nothing;
    },
  },
];

const peers: { close(): void }[] = [];
/** What somebody who got an error from closing does next. */
const closing: (() => void)[] = [];

const folder = new TestFolder();
const calls = new FailingCalls();
after(() => folder.remove());

it('a signal that interrupts the allocation of a file is no error', () => {
  const path = folder.file('interrupted');
  calls.run(null, () => created(path));
  rmSync(path);
  const at = calls.made.indexOf('posixFallocate');
  calls.run({ at, errno: 'EINTR', forGood: false }, () => created(path));
  assert.equal(statSync(path).size, CHANNEL_BYTES);
  rmSync(path);
});

/** A hidden file is what is left of one whose removal was made to fail. */
function visible(): string[] {
  return readdirSync(folder.path).filter((name) => !name.startsWith('.') || !calls.made.includes('rmSync'));
}

function cleanUp(): void {
  for (const close of closing.splice(0)) close();
  for (const peer of peers.splice(0)) peer.close();
  for (const name of readdirSync(folder.path)) rmSync(folder.file(name));
}

/** True where it failed. */
function attempt(operation: Operation, path: string, at: number, errno: string, forGood: boolean): boolean {
  operation.prepare(path);
  const descriptors = openDescriptors() - closing.length;
  const before = visible();
  let failed = false;
  try {
    calls.run({ at, errno, forGood }, () => operation.run(path))();
  } catch (error) {
    failed = true;
    assert.ok(error instanceof MappedFileError, String((error as Error).stack));
    assert.equal(
      error.code === 'NoSpace',
      error.errno === 'ENOSPC' || error.errno === 'EDQUOT' || error.errno === 'EFBIG',
    );
    if (operation.mayLeave === true && existsSync(path)) assert.equal(statSync(path).size, CHANNEL_BYTES);
    else assert.deepEqual(visible(), before, 'nothing is left in the folder');
  }
  for (const close of closing.splice(0)) close();
  assert.equal(openDescriptors(), descriptors, 'no descriptor is left open');
  // The next try.
  if (failed || !operation.makes) operation.run(path)();
  cleanUp();
  return failed;
}

for (const operation of OPERATIONS) {
  describe(operation.name, () => {
    it('survives the failure of each of its system calls', async (t) => {
      const path = folder.file('channel');
      operation.prepare(path);
      calls.run(null, () => operation.run(path))();
      cleanUp();
      const made = [...calls.made];
      assert.ok(made.length > 0);
      const problems: string[] = [];
      let [attempts, failures] = [0, 0];
      for (const [at, name] of made.entries()) {
        for (const errno of errorsOf(name)) {
          for (const forGood of [false, true]) {
            const what = `call ${at}, ${name}: ${errno}${forGood ? ', and all after it' : ''}`;
            try {
              if (attempt(operation, path, at, errno, forGood)) failures++;
            } catch (error) {
              problems.push(`${what}: ${(error as Error).message}`);
              cleanUp();
            }
            attempts++;
          }
        }
      }
      assert.deepEqual(problems, []);
      await collectAll();
      assert.deepEqual(mappingsOf(folder.path), [], 'nothing of a file is mapped any more');
      t.diagnostic(`${made.length} calls (${made.join(' ')}); ${failures} of ${attempts} failures were errors`);
    });
  });
}
