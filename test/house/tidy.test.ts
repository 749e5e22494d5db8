import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/project.ts';
import { projectFiles } from '../../scripts/project-files.ts';
import { lineAt, nodesIn, parseFile, type SyntaxNode } from '../../scripts/syntax.ts';

const MAXIMUM_FILE_LINES = 400;
const MAXIMUM_FUNCTION_LINES = 70;

const files = projectFiles();
/** Neither data that others or the fuzzer made, nor what npm writes. */
const texts = files.filter((file) => !/\.(ring|bin)$|^package-lock\.json$/.test(file));
const code = files.filter((file) => file.endsWith('.ts'));
const shipped = code.filter((file) => /^(src|scripts|bench|dpdk|examples)\//.test(file));

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Where `sought` (with the flags g and m) occurs in these files, as `file:line: match`. */
function occurrences(inFiles: readonly string[], sought: RegExp): string[] {
  return inFiles.flatMap((file) => {
    const text = read(file);
    return [...text.matchAll(sought)].map((match) => `${file}:${lineAt(text, match.index)}: ${match[0]}`);
  });
}

/** A pattern out of parts, so that this file does not hold what it looks for. */
function pattern(...parts: readonly string[]): RegExp {
  return new RegExp(parts.join(''), 'gm');
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

function functionsIn(file: string): { line: number; lines: number }[] {
  const { text, body } = parseFile(file);
  const lengthOf = (node: SyntaxNode): { line: number; lines: number } => {
    const line = lineAt(text, node.start);
    return { line, lines: lineAt(text, node.end) - line + 1 };
  };
  return [...nodesIn(body)].filter((node) => FUNCTIONS.has(node.type)).map(lengthOf);
}

test('there are files to check', () => {
  assert.ok(shipped.length > 50, `${shipped.length} files`);
  assert.ok(texts.includes('README.md'));
});

test(`source files have fewer than ${MAXIMUM_FILE_LINES} lines`, () => {
  const long = code.filter((file) => read(file).trimEnd().split('\n').length >= MAXIMUM_FILE_LINES);
  assert.deepEqual(long, []);
});

test(`functions have fewer than ${MAXIMUM_FUNCTION_LINES} lines`, () => {
  let seen = 0;
  const long: string[] = [];
  for (const file of shipped) {
    for (const { line, lines } of functionsIn(file)) {
      seen++;
      if (lines >= MAXIMUM_FUNCTION_LINES) long.push(`${file}:${line} has ${lines} lines`);
    }
  }
  assert.deepEqual(long, []);
  assert.ok(seen > 200, `only ${seen} functions were seen`);
});

test('nothing is left to do', () => {
  assert.deepEqual(occurrences(texts, pattern('\\b(TO', 'DO|FIX', 'ME|X', 'XX)\\b')), []);
});

test('no test is skipped, and none runs alone', () => {
  const marks = [
    ...occurrences(code, pattern('\\b(test|it|describe|suite)\\.(only|skip|to', 'do)\\b')),
    ...occurrences(code, pattern('\\b(only|skip|to', 'do): *(true|[\'"`])')),
    ...occurrences(code, pattern('\\bt\\.(skip|to', 'do)\\(')),
  ];
  assert.deepEqual(marks, []);
});

test('no check is switched off', () => {
  const lint = pattern('(ox', 'lint|es', 'lint)-dis', 'able');
  const types = pattern('@ts-(ig', 'nore|ex', 'pect-error|no', 'check)');
  const format = pattern('(oxfmt|prettier)-ig', 'nore');
  assert.deepEqual(
    [lint, types, format].flatMap((sought) => occurrences(code, sought)),
    [],
  );
});

test('no file names a place on one machine', () => {
  const paths = pattern('(?<![\\w.])/(wo', 'rk|ro', 'ot|ho', 'me|Us', 'ers|op', 't|t', 'mp)/[\\w.]');
  assert.deepEqual(occurrences(texts, paths), []);
});

test('no file names the host of a package registry', () => {
  const configured = execFileSync('npm', ['config', 'get', 'registry', '--loglevel', 'silent'], { cwd: ROOT });
  const hosts = [
    new URL(configured.toString().trim()).host,
    ['registry', 'npmjs', 'org'].join('.'),
    ['registry', 'yarnpkg', 'com'].join('.'),
    ['deb', 'debian', 'org'].join('.'),
  ];
  const named = files.filter((file) => hosts.some((host) => readFileSync(join(ROOT, file)).includes(host)));
  assert.deepEqual(named, []);
});

test('the lock file holds versions and checksums, no addresses', () => {
  const lock = read('package-lock.json');
  assert.ok(!lock.includes('"resolved"'));
  assert.match(lock, /"integrity": "sha512-/);
});

test('nothing refers to what is not in a clone', () => {
  assert.deepEqual(occurrences(texts, pattern('\\.\\./', 'shared')), []);
});

test('README.md shows the two commands for a fresh clone', () => {
  const readme = read('README.md');
  assert.ok(readme.includes('npm ci && npm start'));
  assert.ok(readme.includes('npm ci && npm test'));
});
