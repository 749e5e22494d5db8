// Makes each access of the two ends of a ring and of a channel wrong, one at a time, and has every interleaving gone through: it goes red, or it
// is known why it does not: `npm run test:accesses`.
//   --seconds N   for so long, in an order that is drawn; all of them if left out, which takes some quarters of an hour
//   --seed S      that of the order; another one each time if left out
import { parseArgs } from 'node:util';
import { type Fault, faultsOf, findFault } from '../test/interleavings/access-sweep.ts';
import { whyHarmless } from '../test/interleavings/harmless.ts';
import { SWEPT } from '../test/interleavings/swept.ts';
import { Xorshift } from '../test/support/xorshift.ts';
import { LONG_RUN_OPTIONS, longRun } from './long-run.ts';
import { runMain } from './run-main.ts';

const PROGRESS_MS = 5000;
const NO_LIMIT_SECONDS = 86_400;
const LAYERS = ['ring', 'channel'] as const;

interface LayerFault {
  readonly layer: (typeof LAYERS)[number];
  readonly fault: Fault;
}

function shuffled(faults: readonly LayerFault[], seed: number): LayerFault[] {
  const random = new Xorshift(seed);
  const drawn = faults.map((fault) => ({ fault, at: random.next() }));
  return drawn.toSorted((a, b) => a.at - b.at).map(({ fault }) => fault);
}

function main(): number {
  const { values } = parseArgs({ options: LONG_RUN_OPTIONS });
  const { seconds, seed } = longRun(values, NO_LIMIT_SECONDS);
  const faults = LAYERS.flatMap((layer) => faultsOf(SWEPT[layer]).map((fault) => ({ layer, fault })));
  console.log(`${faults.length} faults; replay with --seed ${seed}`);
  const counts = { tried: 0, found: 0, harmless: 0 };
  const wrong: string[] = [];
  const begin = performance.now();
  let shown = begin;
  for (const { layer, fault } of shuffled(faults, seed)) {
    const now = performance.now();
    if (now - begin > seconds * 1000) break;
    if (now - shown > PROGRESS_MS) {
      shown = now;
      console.log(`${counts.tried} tried, ${counts.found} found`);
    }
    counts.tried++;
    if (findFault(SWEPT[layer], fault) !== null) counts.found++;
    else if (whyHarmless(fault) !== null) counts.harmless++;
    else wrong.push(`${layer}, end ${fault.side}: ${fault.site.name}: ${fault.wrong}`);
  }
  const { tried, found, harmless } = counts;
  console.log(`${tried} of ${faults.length} tried: ${found} found, ${harmless} known to do no harm`);
  for (const what of wrong) console.error(`FAILED: nothing is found, and nothing says why: ${what}`);
  return wrong.length === 0 ? 0 : 1;
}

await runMain(main);
