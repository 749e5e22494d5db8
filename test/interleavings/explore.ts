import { Fiber, type Program } from './fiber.ts';
import { describe } from './replay.ts';
import { SIDES, World } from './world.ts';

/** The smallest ring that there is. */
export const RING_BYTES = 4096;

/** What was found. */
export interface Exploration {
  /** Moments that differ. */
  readonly states: number;
  /** Of them, those in which both sides are done. */
  readonly ends: number;
  /** Steps, of all moments. */
  readonly steps: number;
}

/** An interleaving that goes wrong, step by step. */
export class Counterexample extends Error {
  override readonly name = 'Counterexample';
}

interface Moment {
  readonly world: World;
  readonly fibers: readonly Fiber[];
  readonly trail: Trail | null;
}

interface Trail {
  readonly step: string;
  readonly before: Trail | null;
}

function trailOf(moment: Moment): string {
  const lines: string[] = [];
  for (let trail = moment.trail; trail !== null; trail = trail.before) lines.push(trail.step);
  return lines.toReversed().join('\n');
}

/**
 * Every interleaving of the two programs, on a ring that is empty, or holds a packet of `filledBytes`: each step of either side in
 * every order. Data are no steps: they may be left out because no access to them is a race, which is checked (`World.touch`), so that it
 * makes no difference when they happen.
 *
 * Throws a `Counterexample` where a side throws, or both sleep and nobody is left to wake them.
 */
export function explore(
  programs: { readonly writer: Program; readonly reader: Program },
  { filledBytes = 0, limit = 1_000_000 }: { readonly filledBytes?: number; readonly limit?: number } = {},
): Exploration {
  const seen = new Set<string>();
  let [ends, steps] = [0, 0];
  const world = new World(RING_BYTES);
  if (filledBytes > 0) world.fill(filledBytes);
  const fibers = SIDES.map((side) => new Fiber(side, programs[side]));
  for (const fiber of fibers) fiber.run(world, 0);
  const open: Moment[] = [{ world, fibers, trail: null }];
  for (let moment = open.pop(); moment !== undefined; moment = open.pop()) {
    const key = `${moment.fibers.map((fiber) => fiber.path).join(' | ')} | ${moment.world.key}`;
    if (seen.has(key)) continue;
    if (seen.add(key).size > limit) throw new Error(`more than ${limit} states`);
    const able = moment.fibers.filter((fiber) => fiber.canStep(moment.world));
    if (able.length === 0) {
      const asleep = moment.fibers.filter((fiber) => fiber.next !== null).map((fiber) => fiber.side);
      if (asleep.length > 0) throw new Counterexample(`${asleep.join(' and ')} sleep for ever\n${trailOf(moment)}`);
      ends++;
    }
    for (const fiber of able) {
      for (let choice = 0; choice < choicesOf(moment.world, fiber); choice++) {
        steps++;
        open.push(after(moment, fiber, choice));
      }
    }
  }
  return { states: seen.size, ends, steps };
}

/** In how many ways the next step of `fiber` can end. */
function choicesOf(world: World, { next, side }: Fiber): number {
  return next !== null && (next.op === 'peek' || next.op === 'guess') ? world.choices(side, next) : 1;
}

function after(moment: Moment, fiber: Fiber, choice: number): Moment {
  const world = moment.world.clone();
  world.choice = choice;
  const fibers = moment.fibers.map((each) => each.clone());
  const mine = fibers[moment.fibers.indexOf(fiber)]!;
  const trail = { step: `${fiber.side}: ${describe(fiber.next!)}`, before: moment.trail };
  const next = { world, fibers, trail };
  try {
    mine.run(world, 1);
  } catch (error) {
    throw new Counterexample(`${String(error)}\n${trailOf(next)}`, { cause: error });
  }
  return next;
}
