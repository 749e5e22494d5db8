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
export interface Planned {
  readonly run: (plans: readonly [AccessPlan, AccessPlan]) => Exploration;
  /** Whether it is gone through for that one as well: those that take long are not for all. */
  readonly isFor: (site: Site) => boolean;
}

/** One access that is made wrong in one way. */
export interface Fault {
  readonly side: Side;
  readonly site: Site;
  readonly wrong: Wrong;
}

/** All of them, of all accesses that there are in `explorations`. */
export function faultsOf(explorations: readonly Planned[]): Fault[] {
  const plans = [new AccessPlan(), new AccessPlan()] as const;
  for (const { run } of explorations) run(plans);
  return SIDES.flatMap((side) => {
    return [...plans[side].sites.values()].flatMap((site) => {
      return (WRONGS[site.op] ?? []).map((wrong): Fault => ({ side, site, wrong }));
    });
  });
}

/** What the first one of `explorations` finds that goes red, or `null` where none does. */
export function findFault(explorations: readonly Planned[], { side, site, wrong }: Fault): string | null {
  for (const { run, isFor } of explorations) {
    if (!isFor(site)) continue;
    const faulty = new AccessPlan({ site, wrong });
    const other = new AccessPlan();
    try {
      run(side === 0 ? [faulty, other] : [other, faulty]);
    } catch (error) {
      if (error instanceof Counterexample) return error.message.split('\n')[0]!;
      throw error;
    }
  }
  return null;
}
