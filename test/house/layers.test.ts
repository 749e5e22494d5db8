import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { join as joinUrl } from 'node:path/posix';
import { test } from 'node:test';
import { libraryEntries, ROOT } from '../../scripts/project.ts';
import { typeScriptFiles } from '../../scripts/project-files.ts';
import { importsOf, parseFile } from '../../scripts/syntax.ts';

/** The folders of src/. Each may import from itself and from those to its left. */
const LAYERS = [
  'wire',
  'memory',
  'wasm',
  'gpa',
  'ring',
  'direct',
  'external',
  'channel',
  'pipe',
  'transport',
  'inspect',
  'cli',
];

/** The only folders that know that there is such a thing as Node. */
const KNOWS_NODE = /^src\/(cli|transport\/node)\//;

/** The layer of `src/wire/page.ts`: `wire`; `null` for `src/index.ts`. */
function layerOf(path: string): string | null {
  const [, folder, ...rest] = path.split('/');
  return folder === undefined || rest.length === 0 ? null : folder;
}

/** Every import in these files, as [importing file, what it imports]. */
function importsIn(files: readonly string[]): [string, string][] {
  return files.flatMap((file) => importsOf(parseFile(file)).map((specifier): [string, string] => [file, specifier]));
}

function targetOf(file: string, specifier: string): string {
  return joinUrl(file, '..', specifier);
}

const sources = typeScriptFiles('src');

test('ARCHITECTURE.md lists every folder of src/, in the order that is enforced', () => {
  const architecture = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const listed = [...architecture.matchAll(/^\| *`src\/([a-z]+)\/`/gm)].map(([, folder]) => folder);
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    assert.ok(LAYERS.includes(name), `src/${name}/ has no place among the layers`);
    assert.ok(listed.includes(name), `ARCHITECTURE.md's table of layers does not have src/${name}/`);
  }
  assert.deepEqual(
    listed,
    LAYERS.filter((layer) => listed.includes(layer)),
  );
});

test('a layer imports only from itself and from those above it', () => {
  const wrong: string[] = [];
  let checked = 0;
  for (const [file, specifier] of importsIn(sources)) {
    const from = layerOf(file);
    if (!specifier.startsWith('.') || from === null) continue;
    const target = targetOf(file, specifier);
    const to = layerOf(target);
    checked++;
    // The command is a user of the library, and takes what users take.
    if (from === 'cli' && target === 'src/index.ts') continue;
    if (to === null || !target.startsWith('src/') || LAYERS.indexOf(to) > LAYERS.indexOf(from)) {
      wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(checked > 50, `only ${checked} imports were seen`);
});

test('only src/cli/ and src/transport/node/ import what is not of the project', () => {
  const wrong = importsIn(sources)
    .filter(([file, specifier]) => !specifier.startsWith('.') && !KNOWS_NODE.test(file))
    .map(([file, specifier]) => `${file} imports ${specifier}`);
  assert.deepEqual(wrong, []);
});

test('relative imports name a .ts file that exists', () => {
  const known = new Set(sources);
  const wrong = importsIn(sources)
    .filter(([file, specifier]) => specifier.startsWith('.') && !known.has(targetOf(file, specifier)))
    .map(([file, specifier]) => `${file} imports ${specifier}`);
  assert.deepEqual(wrong, []);
});

for (const entry of libraryEntries()) {
  test(`as built, ${entry.specifier} reaches no package, no module of Node and no command`, () => {
    const reached = new Set<string>();
    const pending = [joinUrl(entry.module)];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      assert.ok(!path.startsWith('dist/cli/'), `${entry.specifier} reaches ${path}`);
      for (const specifier of importsOf(parseFile(path))) {
        const node = specifier.startsWith('node:') && path.startsWith('dist/transport/node/');
        assert.ok(specifier.startsWith('.') || node, `${path} imports ${specifier}`);
        if (!node) pending.push(targetOf(path, specifier));
      }
    }
    assert.ok(reached.size > 1);
  });
}
