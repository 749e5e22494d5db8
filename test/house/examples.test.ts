import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { promisify, stripVTControlCharacters } from 'node:util';
import { ROOT, TSC } from '../../scripts/project.ts';
import { projectFiles } from '../../scripts/project-files.ts';
import { CLAIMS_OF_BLOCK } from './example-claims.ts';
import { blocksOfDocument, blocksOfSource, type ExampleBlock, withClaims } from './example-blocks.ts';

const run = promisify(execFile);

/** Within the project, so that `vmbus-ring` means the project itself, as built. */
const FOLDER = join(ROOT, '.cache/examples');

/** An example that takes longer hangs. */
const TIME_LIMIT_MS = 120_000;

const files = projectFiles();
const documents = files.filter((file) => /^(README|ARCHITECTURE)\.md$|^docs\/.*\.md$/.test(file));
const sources = files.filter((file) => /^src\/.*\.ts$/.test(file));
const blocks = [...documents.flatMap(blocksOfDocument), ...sources.flatMap(blocksOfSource)];
const examples = blocks.filter((block) => block.language === 'ts');

/** Where a block is written to: `README.md.12.ts`. */
function fileOf(block: ExampleBlock): string {
  return `${block.file.replaceAll('/', '-')}.${block.line}.ts`;
}

interface Failure {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly message: string;
}

/** What a program said that failed. */
function saidBy(error: unknown): string {
  const { stdout = '', stderr = '', message } = error as Failure;
  return stripVTControlCharacters(`${stdout}${stderr}`.trim() || message);
}

/** The same with the place in the document or the source file that the block comes from: the line is the same there. */
function inTermsOf(block: ExampleBlock, text: string): string {
  const path = join(FOLDER, fileOf(block));
  return text
    .replaceAll(`file://${path}`, block.file)
    .replaceAll(path, block.file)
    .replaceAll(`${fileOf(block)}(`, `${block.file}(`);
}

/** How many comments behind expressions are checked, in all examples. */
let claims = 0;

/** The program that an example is run as, each code line in the line that it has where it comes from. */
function programOf({ code, line }: { code: string; line: number }, nth = 0): string {
  const claimed = withClaims(code, nth * CLAIMS_OF_BLOCK + line);
  claims += claimed.lines.length;
  // Imports count from the first line on, wherever they stand.
  const tail =
    claimed.lines.length === 0
      ? 'export {};'
      : `expectClaims([${claimed.lines.join(', ')}]);
import { claim, expectClaims } from '../../test/house/example-claims.ts';`;
  return `${'\n'.repeat(line - 1)}${claimed.code}\n${tail}\n`;
}

/** Writes the blocks to files of their own. */
function writeBlocks(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const [nth, block] of examples.entries()) writeFileSync(join(FOLDER, fileOf(block)), programOf(block, nth));
  // What all hosts have, and only the types of browsers declare.
  const memory =
    'new (limits: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer }';
  writeFileSync(join(FOLDER, 'globals.d.ts'), `declare namespace WebAssembly {\n  const Memory: ${memory};\n}\n`);
  const compilerOptions = {
    lib: ['esnext'],
    paths: {},
    noEmit: true,
    declaration: false,
    isolatedDeclarations: false,
    // An example may name a result only to show it.
    noUnusedLocals: false,
  };
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'] };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(config));
}

/** What the compiler has to say, by the file that it says it of. */
async function typeErrors(): Promise<Map<string, string[]>> {
  const errors = new Map<string, string[]>();
  let output = '';
  try {
    await run(process.execPath, [TSC, '-p', join(FOLDER, 'tsconfig.json'), '--pretty', 'false'], { cwd: FOLDER });
  } catch (error) {
    output = saidBy(error);
  }
  for (const line of output.split('\n').filter((text) => text !== '')) {
    const file = /^([^(\s]+)\(\d+,\d+\): /.exec(line)?.[1] ?? 'the compiler';
    errors.set(file, [...(errors.get(file) ?? []), line]);
  }
  return errors;
}

/** Blocks of source files that one process runs, one after the other: to start one for each takes longer than most of them. */
const TOGETHER = 12;

/**
 * Runs the blocks of the source files, some at a time. Returns those that ran so; the others are run by themselves, as those of documents are, which are
 * whole programs.
 */
async function runTogether(): Promise<Set<ExampleBlock>> {
  const left = examples.filter(({ file }) => sources.includes(file));
  const ran = new Set<ExampleBlock>();
  const runNext = async (): Promise<void> => {
    for (let some = left.splice(0, TOGETHER); some.length > 0; some = left.splice(0, TOGETHER)) {
      const path = join(FOLDER, `together-${left.length}.mjs`);
      writeFileSync(path, some.map((block) => `await import('./${fileOf(block)}');`).join('\n'));
      const isDone = await run(process.execPath, [path], { cwd: FOLDER, timeout: TIME_LIMIT_MS }).then(
        () => true,
        () => false,
      );
      if (isDone) for (const block of some) ran.add(block);
    }
  };
  await Promise.all([runNext(), runNext()]);
  return ran;
}

writeBlocks();
const errors = await typeErrors();
const ranTogether = await runTogether();

test('there are examples in README.md and in the doc comments, all in TypeScript', () => {
  assert.ok(examples.some(({ file }) => file === 'README.md'));
  assert.ok(examples.filter(({ file }) => file.startsWith('src/')).length > 5);
  const others = blocks.filter(({ language }) => /^(typescript|mts|tsx|js|javascript|mjs)$/.test(language));
  assert.deepEqual(
    others.map(({ file, line }) => `${file}:${line}`),
    [],
  );
});

test('the compiler complains of nothing but examples', () => {
  const known = new Set(examples.map(fileOf));
  const rest = [...errors].filter(([file]) => !known.has(file)).flatMap(([, lines]) => lines);
  assert.deepEqual(rest, []);
});

test('literals behind expressions are claims, other comments are not', () => {
  const rewritten: readonly (readonly [before: string, after: string])[] = [
    ['f(5); // 32', 'claim(1, f(5), 32); // 32'],
    ['f(5); // 32: as it should be', 'claim(1, f(5), 32); // 32: as it should be'],
    ["error.code; // 'Full'", "claim(1, error.code, 'Full'); // 'Full'"],
    ['if (a) { b; } // 1', 'if (a) { b; } // 1'],
    ['for (const a of b) a.id; // 7n', 'for (const a of b) claim(1, a.id, 7n); // 7n'],
    ['list; // [-1, 0x2n]', 'claim(1, list, [-1, 0x2n]); // [-1, 0x2n]'],
    ['const a = f(); // true', 'const a = f(); claim(1, a, true); // true'],
    ['f(); // 8 bytes', 'f(); // 8 bytes'],
    ["f(); // 'a' and 'b'", "f(); // 'a' and 'b'"],
    ['a; // 1\nf(\n  b,\n); // null', 'claim(1, a, 1); // 1\nclaim(2, f(\n  b,\n), null); // null'],
  ];
  for (const [before, after] of rewritten) assert.equal(withClaims(before).code, after);
});

test('a claim that is wrong fails, and so does one that is not reached', async () => {
  const outcome = async (code: string): Promise<string> => {
    const path = join(FOLDER, 'claim.ts');
    writeFileSync(path, programOf({ code, line: 3 }));
    try {
      await run(process.execPath, [path], { cwd: FOLDER, timeout: TIME_LIMIT_MS });
      return '';
    } catch (error) {
      return saidBy(error);
    }
  };
  assert.equal(await outcome('1 + 1; // 2'), '');
  assert.match(await outcome('1 + 1; // 3'), /2 !== 3[^]*claim\.ts:3/);
  assert.match(await outcome('if (Date.now() < 0) {\n  1; // 1\n}'), /not reached: .* line 4/);
});

test('many examples claim something', () => {
  assert.ok(claims > 50, `${claims} claims`);
});

describe('blocks of code', { concurrency: 2 }, () => {
  for (const block of examples) {
    it(`${block.file}:${block.line} compiles and runs`, async () => {
      const said = errors.get(fileOf(block)) ?? [];
      if (said.length > 0) assert.fail(inTermsOf(block, said.join('\n')));
      if (ranTogether.has(block)) return;
      const options = { cwd: FOLDER, timeout: TIME_LIMIT_MS };
      await run(process.execPath, [join(FOLDER, fileOf(block))], options).catch((error: unknown) => {
        assert.fail(inTermsOf(block, saidBy(error)));
      });
    });
  }
});

describe('examples/', { concurrency: 2 }, () => {
  const programs = globSync('examples/*.ts', { cwd: ROOT })
    // Needs QEMU: test/vm/example.vm.ts runs it.
    .filter((program) => program !== 'examples/virtual-machine.ts')
    .toSorted();

  it('holds programs', () => {
    assert.ok(existsSync(join(ROOT, 'examples')));
    assert.ok(programs.length > 0);
  });

  for (const program of programs) {
    it(`${program} runs`, async () => {
      const options = { cwd: ROOT, timeout: TIME_LIMIT_MS };
      await run(process.execPath, [program], options).catch((error: unknown) => assert.fail(saidBy(error)));
    });
  }
});
