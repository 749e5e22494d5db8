// Somebody's project that installs the package: compiled, bundled, and run on every runtime.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify, stripVTControlCharacters } from 'node:util';
import { build } from 'vite';
import { readManifest, ROOT, TSC } from '../../scripts/project.ts';
import { obtainRuntimes, type Runtime } from '../../scripts/runtimes.ts';
import { pack } from './packed.ts';

const TIME_LIMIT_MS = 300_000;

const EXPECTED = 'flat: ok\nsingle-mapped: ok\npaged: ok\ncorrupt: InvalidDescriptorType\n';

const STRICTEST = {
  target: 'es2023',
  // For AbortSignal and the streams; those who have @types/node need no `dom`.
  lib: ['es2023', 'dom'],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedSideEffectImports: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  // The package's own declaration files are checked as well.
  skipLibCheck: false,
};

/** The two ways in which projects resolve modules: Node's, and a bundler's. */
const RESOLUTIONS = {
  nodenext: { module: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' },
};

const packed = pack();
const runtimes = obtainRuntimes();
const consumer = join(packed.folder, 'consumer');
const command = join(consumer, 'node_modules/.bin/vmbus-ring');
const vector = join(ROOT, 'test/vectors/linux-4k-wrapped');

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program in the consumer's folder, with `path` before all other folders that programs are looked for in. What npm
 * told this process about the project is kept from it.
 */
async function run(file: string, args: readonly string[], path = dirname(process.execPath)): Promise<Ran> {
  const environment = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_(?!EXTRA_CA_CERTS)|FORCE_COLOR)/i.test(name),
  );
  const env = { ...Object.fromEntries(environment), PATH: [path, process.env['PATH'] ?? ''].join(delimiter) };
  const options = { cwd: consumer, env, timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL' as const };
  try {
    return await promisify(execFile)(file, args, options);
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Partial<Ran> & { message: string };
    return assert.fail(stripVTControlCharacters(`${message}\n${stdout}${stderr}`));
  }
}

/** Runs one module with a runtime, as its users do. */
async function runWith(runtime: Runtime, module: string): Promise<string> {
  const { stdout } = await run(runtime.executable, runtime.kind === 'deno' ? ['run', module] : [module]);
  return stdout;
}

async function createConsumer(): Promise<void> {
  mkdirSync(consumer);
  const { name, version } = readManifest();
  const manifest = { private: true, type: 'module', dependencies: { [name]: `file:../${basename(packed.tarball)}` } };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
  copyFileSync(join(ROOT, 'test/package/consumer/exchange.ts'), join(consumer, 'exchange.ts'));
  for (const [resolution, options] of Object.entries(RESOLUTIONS)) {
    const config = { compilerOptions: { ...STRICTEST, ...options, outDir: resolution }, files: ['exchange.ts'] };
    writeFileSync(join(consumer, `tsconfig.${resolution}.json`), JSON.stringify(config));
  }
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error']);
  const installed = join(consumer, 'node_modules', name, 'package.json');
  assert.equal((JSON.parse(readFileSync(installed, 'utf8')) as { version: string }).version, version);
}

await createConsumer();

describe('a project that installs the package', () => {
  it('has the package itself, no link to this project', () => {
    const installed = realpathSync(join(consumer, 'node_modules/vmbus-ring'));
    assert.ok(installed.startsWith(realpathSync(consumer)), installed);
  });

  for (const resolution of Object.keys(RESOLUTIONS)) {
    it(`compiles under the strictest settings, ${resolution} resolution`, async () => {
      await run(process.execPath, [TSC, '-p', `tsconfig.${resolution}.json`, '--pretty', 'false']);
      assert.deepEqual(readdirSync(join(consumer, resolution)), ['exchange.js']);
    });
  }

  it('is bundled with Vite into one file that needs nothing else', async () => {
    await build({
      root: consumer,
      configFile: false,
      logLevel: 'error',
      build: {
        lib: { entry: 'exchange.ts', formats: ['es'], fileName: 'exchange' },
        outDir: 'bundle',
        minify: true,
        reportCompressedSize: false,
      },
    });
    const [file, ...more] = readdirSync(join(consumer, 'bundle'));
    assert.deepEqual([file, more], ['exchange.js', []]);
    const bundle = readFileSync(join(consumer, 'bundle/exchange.js'), 'utf8');
    assert.doesNotMatch(bundle, /\bimport\b|\brequire\(|node:/);
  });

  for (const runtime of runtimes) {
    for (const [what, module] of Object.entries({ program: 'nodenext/exchange.js', bundle: 'bundle/exchange.js' })) {
      it(`runs its ${what} on ${runtime.label} (${runtime.version})`, async () => {
        assert.equal(await runWith(runtime, module), EXPECTED);
      });
    }
  }
});

describe('the installed command', () => {
  for (const { label, version, executable } of runtimes.filter(({ kind }) => kind === 'node')) {
    const path = dirname(executable);

    it(`says its version on ${label} (${version})`, async () => {
      assert.equal((await run(command, ['--version'], path)).stdout, `${readManifest().version}\n`);
    });

    it(`inspects a ring of Linux's on ${label} (${version})`, async () => {
      const { stdout } = await run(command, ['inspect', '--json', `${vector}.ring`], path);
      const { packets, error } = JSON.parse(stdout) as { packets: { crc32: string }[]; error: unknown };
      const listed = readFileSync(`${vector}.txt`, 'utf8').trim().split('\n');
      assert.equal(error, null);
      assert.deepEqual(
        packets.map(({ crc32 }) => crc32),
        listed.map((line) => line.split(' ')[4]),
      );
    });

    it(`reads a disk through a pair of rings on ${label} (${version})`, async () => {
      await run(command, ['demo', `${vector}.ring`], path);
    });
  }
});
