import { AccessPlan, type Site, type Wrong } from './access-plan.ts';
import { type Side, SIDES } from './clocks.ts';
import { Counterexample, type Exploration } from './explore.ts';

/** What can be made wrong with each kind of access. */
const WRONGS: Readonly<Record<string, readonly Wrong[]>> = {
  load: ['left out', 'too early'],
  store: ['left out', 'too late'],
  update: ['left out'],
  notify: ['left out'],
  signal: ['left out'],
};

/** An exploration in which the accesses of the two sides are those of two plans. */
export type Planned = (plans: readonly [AccessPlan, AccessPlan]) => Exploration;

/** What comes of one fault: what was found, or `null` where nothing is. */
export interface SweepResult {
  readonly side: Side;
  readonly name: string;
  readonly wrong: Wrong;
  readonly found: string | null;
}

function sitesOf(runs: readonly Planned[]): readonly [Site[], Site[]] {
  const plans = [new AccessPlan(), new AccessPlan()] as const;
  for (const run of runs) run(plans);
  return [[...plans[0].sites.values()], [...plans[1].sites.values()]];
}

/** Makes each access of either side wrong, one at a time, in each way that it can be, and goes through `runs` until one of them goes red. */
export function* sweep(runs: readonly Planned[]): Generator<SweepResult> {
  const sites = sitesOf(runs);
  for (const side of SIDES) {
    for (const site of sites[side]) {
      for (const wrong of WRONGS[site.op] ?? []) {
        const faulty = new AccessPlan({ site, wrong });
        const plans = side === 0 ? ([faulty, new AccessPlan()] as const) : ([new AccessPlan(), faulty] as const);
        yield { side, name: site.name, wrong, found: firstFound(runs, plans) };
      }
    }
  }
}

function firstFound(runs: readonly Planned[], plans: readonly [AccessPlan, AccessPlan]): string | null {
  for (const run of runs) {
    try {
      run(plans);
    } catch (error) {
      if (error instanceof Counterexample) return error.message.split('\n')[0]!;
      throw error;
    }
  }
  return null;
}
