// Has spin go through a model of the ring in a weak memory: `npm run test:weak-memory`. docs/weak-memory.md says what for.
//   --trail NAME   prints the shortest way to what goes wrong in that variant, one of test/weak-memory/variants.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setupVariables } from '../test/weak-memory/setup.ts';
import { BEYOND, WEAKER } from '../test/weak-memory/variants.ts';
import { Verifier } from '../test/weak-memory/verifier.ts';
import { runMain } from './run-main.ts';
import { runSuites } from './run-suites.ts';

/** All of it: what takes longer hangs. */
const TIME_LIMIT_MS = 600_000;

async function printTrail(name: string, folder: string): Promise<void> {
  const variants = [...WEAKER, ...BEYOND];
  const variant = variants.find((each) => each.name === name);
  if (variant === undefined) {
    throw new Error(`--trail ${name}: it has to be one of\n${variants.map((each) => `  ${each.name}`).join('\n')}`);
  }
  const verifier = await Verifier.build(folder, 'ring.pml');
  const { kind, states, steps } = await verifier.verify(variant.choices, true);
  const choices = Object.entries(variant.choices).map(([choice, value]) => `${choice}=${value}`);
  console.log(`${choices.join(' ')}\n`);
  for (const step of steps) console.log(step);
  console.log(`\n${kind ?? 'nothing goes wrong'} (${states} states)`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { trail: { type: 'string' } } });
  const folder = mkdtempSync(join(tmpdir(), 'vmbus-ring-weak-memory-'));
  try {
    if (values.trail === undefined) {
      return await runSuites('test/weak-memory/*.weak.ts', {
        limitMs: TIME_LIMIT_MS,
        variables: setupVariables(folder),
      });
    }
    await printTrail(values.trail, folder);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runMain(main);
