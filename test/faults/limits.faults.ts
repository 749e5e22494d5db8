// Files that are cut short, and a system that has no more descriptors, addresses, bytes or inodes to give: each in a process of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TestFolder } from '../support/test-folder.ts';

const PROGRAM = fileURLToPath(new URL('programs/limited.ts', import.meta.url));

const HANG_MS = 60_000;

const folders: TestFolder[] = [];
after(() => folders.forEach((folder) => folder.remove()));

interface Ending {
  readonly outcomes: unknown;
  readonly signal: string | null;
}

/** `mountOptions`: in a file system of its own. */
function run(what: string, mountOptions: string | null = null): Ending {
  const folder = new TestFolder();
  folders.push(folder);
  const program = [process.execPath, PROGRAM, what, folder.path];
  const script = 'mount -t tmpfs -o "$1" tmpfs "$5" && exec "$2" "$3" "$4" "$5"';
  const isRoot = process.geteuid?.() === 0;
  const mounting = ['unshare', isRoot ? '-m' : '-rm', 'sh', '-c', script, 'sh', String(mountOptions)];
  const [command, ...args] = mountOptions === null ? program : [...mounting, ...program];
  const { stdout, stderr, signal } = spawnSync(command!, args, { encoding: 'utf8', timeout: HANG_MS });
  const [line] = stdout.split('\n', 1);
  assert.notEqual(line, '', stderr);
  return { outcomes: JSON.parse(line!) as unknown, signal };
}

describe('a file that is cut short', () => {
  for (const what of ['a mapped file is cut', 'a file mapped to read is cut', 'the file of a channel is cut']) {
    it(`while it is mapped ends the process, as SECURITY.md says: ${what}`, () => {
      const { signal } = run(what);
      assert.equal(signal, 'SIGBUS');
    });
  }

  it('before it is mapped is an error', () => {
    const ending = run('a file is cut while it is being mapped');
    assert.deepEqual(ending, { outcomes: ['WrongSize', 'done'], signal: null });
  });

  it('before it is opened as a channel is an error', () => {
    const ending = run('the file of a channel is cut while it is being opened');
    assert.deepEqual(ending, { outcomes: ['WrongSize', 'WrongSize'], signal: null });
  });
});

describe('a process that may have no more', () => {
  it('descriptors: EMFILE, and none is kept', () => {
    const { outcomes, signal } = run('descriptors are used up');
    assert.equal(signal, null);
    const [first, ...rest] = outcomes as [string, ...(string | number)[]];
    assert.equal(first, 'done');
    assert.equal(rest.pop(), 0, 'descriptors that are left open');
    const none = Array<string>(4).fill('EMFILE');
    assert.deepEqual(rest.slice(0, 4), none, 'without one');
    // An end needs two, and so does what is sealed, for a moment; to make and to map a file takes one.
    assert.deepEqual(rest.slice(4, 8), ['EMFILE', 'done', 'EMFILE', 'done'], 'with one');
    for (const outcome of rest) assert.ok(outcome === 'done' || outcome === 'EMFILE', String(outcome));
    assert.deepEqual(rest.slice(8), Array<string>(8).fill('done'));
  });

  it('addresses: ENOMEM, and smaller ones go on', () => {
    const ending = run('addresses are used up');
    // And no descriptor is left open.
    assert.deepEqual(ending, { outcomes: ['done', 'ENOMEM', 'ENOMEM', 'done', 'done', 0], signal: null });
  });

  it('bytes in a file: EFBIG, and nothing is left behind', () => {
    const ending = run('files may be no longer');
    assert.deepEqual(ending, { outcomes: ['EFBIG', 'EFBIG', 0, 'done'], signal: null });
  });
});

it('a file system without inodes is full, and says so', () => {
  const ending = run('there are no inodes left', 'nr_inodes=8,size=4m');
  assert.deepEqual(ending, { outcomes: ['ENOSPC', 'ENOSPC', 'done'], signal: null });
});
