// Boots virtual machines and exchanges packets with their guests: `npm run test:vm`; what comes behind `--` goes to Node's test
// runner. Where a part of a machine is missing, that is an error which names the Debian packages. The suites use the library as built.
import { spawnSync } from 'node:child_process';
import { prepareGuestImage } from '../test/vm/machine/guest-image.ts';
import { MissingPart } from '../test/vm/machine/parts.ts';
import { ROOT } from './project.ts';
import { runSuites } from './run-suites.ts';

/** All suites: what takes longer hangs. */
const TIME_LIMIT_MS = 300_000;

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

function run(): Promise<number> {
  return runSuites('test/vm/*.vm.ts', { limitMs: TIME_LIMIT_MS, args: process.argv.slice(2) });
}

process.exitCode = prepare() && build() ? await run() : 1;
