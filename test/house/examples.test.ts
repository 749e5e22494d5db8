import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { promisify, stripVTControlCharacters } from 'node:util';
import { ROOT, TSC } from '../../scripts/project.ts';
import { projectFiles } from '../../scripts/project-files.ts';
import { blocksOfDocument, blocksOfSource, type ExampleBlock } from './example-blocks.ts';

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

/** Writes the blocks to files of their own, each code line in the line that it has where it comes from. */
function writeBlocks(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const block of examples) {
    writeFileSync(join(FOLDER, fileOf(block)), `${'\n'.repeat(block.line - 1)}${block.code}\nexport {};\n`);
  }
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

writeBlocks();
const errors = await typeErrors();

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

describe('blocks of code', { concurrency: 2 }, () => {
  for (const block of examples) {
    it(`${block.file}:${block.line} compiles and runs`, async () => {
      const said = errors.get(fileOf(block)) ?? [];
      if (said.length > 0) assert.fail(inTermsOf(block, said.join('\n')));
      const options = { cwd: FOLDER, timeout: TIME_LIMIT_MS };
      await run(process.execPath, [join(FOLDER, fileOf(block))], options).catch((error: unknown) => {
        assert.fail(inTermsOf(block, saidBy(error)));
      });
    });
  }
});

describe('examples/', { concurrency: 2 }, () => {
  const programs = globSync('examples/*.ts', { cwd: ROOT }).toSorted();

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
