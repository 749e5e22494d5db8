// Boots virtual machines and exchanges packets with their guests: `npm run test:vm`; what comes behind `--` goes to Node's test
// runner. Where a part of a machine is missing, that is an error which names the Debian packages. The suites use the library as built.
import { spawn, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { prepareGuestImage } from '../test/vm/machine/guest-image.ts';
import { MissingPart } from '../test/vm/machine/parts.ts';
import { ROOT } from './project.ts';

/** All suites: what takes longer hangs. */
const TIME_LIMIT_MS = 300_000;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function inSeconds(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

/** False, with the reason printed, where this machine cannot run a virtual one. */
function prepare(): boolean {
  const began = performance.now();
  try {
    prepareGuestImage();
  } catch (error) {
    if (!(error instanceof MissingPart)) throw error;
    console.error(error.message);
    return false;
  }
  console.log(`kernel and initramfs: ${inSeconds(began)}`);
  return true;
}

/** False, with the compiler's complaints printed, where it fails. */
function build(): boolean {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: ROOT, stdio: 'inherit' });
  console.log(`build: ${inSeconds(began)}`);
  return status === 0;
}

/** The exit code of the test runner. It is told to end when this process is, and when time is over. */
function runSuites(): Promise<number> {
  const files = globSync('test/vm/*.vm.ts', { cwd: ROOT }).toSorted();
  if (files.length === 0) throw new Error('there are no suites in test/vm/');
  const runner = [process.execPath, '--test', ...process.argv.slice(2), ...files.map((file) => join(ROOT, file))];
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...runner], {
    cwd: ROOT,
    stdio: 'inherit',
    timeout: TIME_LIMIT_MS,
  });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

process.exitCode = prepare() && build() ? await runSuites() : 1;
