// Makes each access of the two ends of a ring and of a channel wrong, one at a time, and has every interleaving gone through: it goes red, or it
// is known why it does not: `npm run test:accesses`.
//   --seconds N   for so long, in an order that is drawn; all of them if left out, which takes some quarters of an hour
//   --seed S      that of the order; another one each time if left out
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { faultsOf, findFault } from '../test/interleavings/access-sweep.ts';
import { whyHarmless } from '../test/interleavings/harmless.ts';
import { SWEPT } from '../test/interleavings/swept.ts';
import { Xorshift } from '../test/support/xorshift.ts';

const PROGRESS_MS = 5000;

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
const seconds = Number(values.seconds ?? Infinity);
const seed = Number(values.seed ?? randomInt(1, 2 ** 31));
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('--seconds and --seed take numbers');
  process.exit(2);
}

const faults = (['ring', 'channel'] as const).flatMap((layer) => {
  return faultsOf(SWEPT[layer]).map((fault) => ({ layer, fault }));
});
const random = new Xorshift(seed);
const order = faults.map((fault) => ({ fault, at: random.next() })).toSorted((a, b) => a.at - b.at);
console.log(`${faults.length} faults; replay with --seed ${seed}`);

const counts = { tried: 0, found: 0, harmless: 0 };
const wrong: string[] = [];
const begin = performance.now();
let shown = begin;
for (const {
  fault: { layer, fault },
} of order) {
  const now = performance.now();
  if (now - begin > seconds * 1000) break;
  if (now - shown > PROGRESS_MS) {
    shown = now;
    console.log(`${counts.tried} tried, ${counts.found} found`);
  }
  const found = findFault(SWEPT[layer], fault);
  const { side, site, wrong: how } = fault;
  const what = `${layer}, end ${side}: ${site.name}: ${how}`;
  counts.tried++;
  if (found !== null) counts.found++;
  else if (whyHarmless(fault) !== null) counts.harmless++;
  else wrong.push(what);
}
const { tried, found, harmless } = counts;
console.log(
  `${tried} of ${faults.length} tried: ${found} found, ${harmless} known to do no harm, ${wrong.length} neither`,
);
for (const what of wrong) console.error(`FAILED: nothing is found, and nothing says why: ${what}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
