import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readManifest, ROOT } from '../../scripts/project.ts';
import { projectFiles, typeScriptFiles } from '../../scripts/project-files.ts';
import { pack } from './packed.ts';

const manifest = readManifest();
const packed = pack();

test('the package holds the built modules, their types and the documents, and nothing else', () => {
  const listed = manifest.files.filter((file) => file !== 'dist');
  // A file that is listed, or what lies in a folder that is, unless it is left out by its name.
  const documents = projectFiles()
    .filter((file) => listed.some((one) => file === one || file.startsWith(`${one}/`)))
    .filter((file) => !listed.includes(`!${file}`));
  const built = typeScriptFiles('src').flatMap((file) => {
    const path = file.replace(/^src/, 'dist').slice(0, -'.ts'.length);
    return [`${path}.js`, `${path}.d.ts`];
  });
  const expected = ['package.json', ...documents, ...built].toSorted();
  assert.deepEqual(packed.files.map(({ path }) => path).toSorted(), expected);
});

test('the command can be executed', () => {
  for (const command of Object.values(manifest.bin)) {
    const file = packed.files.find(({ path }) => `./${path}` === command);
    assert.ok(file !== undefined, command);
    assert.equal(file.mode & 0o111, 0o111, command);
    assert.match(readFileSync(join(ROOT, command), 'utf8'), /^#!\/usr\/bin\/env node\n/);
  }
});

test('publint has nothing to say', async () => {
  const tarball = readFileSync(packed.tarball);
  const { messages, pkg } = await publint({ pack: { tarball: Uint8Array.from(tarball).buffer }, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  );
});

test('the types are not wrong', async () => {
  const attw = join(ROOT, 'node_modules/.bin/attw');
  const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-definitely-typed', '--no-emoji', '--no-color'];
  let answer: string;
  try {
    answer = (await promisify(execFile)(process.execPath, [attw, packed.tarball, ...options])).stdout;
  } catch (error) {
    assert.fail((error as { stdout?: string }).stdout ?? String(error));
  }
  const entries = Object.keys(manifest.exports).length;
  for (const resolution of ['node16 (from ESM)', 'bundler']) {
    assert.equal(answer.split(`${resolution}: OK`).length - 1, entries, answer);
  }
});
