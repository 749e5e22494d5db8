// A file system that is full: a tmpfs of 1 MiB, in a mount namespace of its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TestFolder } from '../support/test-folder.ts';

const folder = new TestFolder();
after(() => folder.remove());

interface Outcome {
  readonly outcomes: readonly string[];
  readonly files: readonly string[];
  readonly blocks: readonly [number, number];
}

it('a channel that has no room is an error when it is made, and leaves nothing behind', () => {
  const program = fileURLToPath(new URL('programs/filler.ts', import.meta.url));
  const script = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1"';
  const isRoot = process.geteuid?.() === 0;
  const output = execFileSync(
    'unshare',
    [isRoot ? '-m' : '-rm', 'sh', '-c', script, 'sh', folder.path, process.execPath, program],
    { encoding: 'utf8', timeout: 60_000 },
  );
  const { outcomes, files, blocks } = JSON.parse(output) as Outcome;
  assert.deepEqual(outcomes, ['NoSpace', 'NoSpace', 'made', 'NoSpace']);
  assert.equal(blocks[0], blocks[1]);
  // 256 pages, 35 of them a channel.
  assert.deepEqual(files, [...Array.from({ length: 6 }, (_, i) => `more-${i}`), 'small']);
});
