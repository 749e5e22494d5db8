import { type Side, SIDES } from './clocks.ts';
import { digest, Fiber, type Program } from './fiber.ts';
import { Footprints } from './footprints.ts';
import type { Step } from './replay.ts';
import { World } from './world.ts';

/** What was found. */
export interface Exploration {
  /** Moments that differ. */
  readonly states: number;
  /** Of them, those in which both sides are done. */
  readonly ends: number;
  /** Ways from one moment to another one. */
  readonly steps: number;
}

/** An interleaving that goes wrong, step by step. */
export class Counterexample extends Error {
  override readonly name = 'Counterexample';
}

export interface ExploreOptions {
  /** What the memory holds at first; all zeros if left out. */
  readonly world?: World;
  /** How often a side may be interrupted although it could go on: as often as can be, if left out. */
  readonly preemptions?: number;
  /** Who takes the place of a side that is killed, once, before any of its steps; `null` where it is not. */
  readonly successors?: readonly [Program | null, Program | null];
  /** Called where both sides are done; throws where that is not how it is to end. */
  readonly atEnd?: (world: World) => void;
  readonly limit?: number;
}

interface Moment {
  readonly world: World;
  readonly fibers: readonly [Fiber, Fiber];
  /** Who did the last step, and how often somebody may be interrupted from now on. */
  readonly running: Side | null;
  readonly preemptions: number;
  readonly trail: Trail | null;
}

interface Trail {
  readonly steps: string;
  readonly before: Trail | null;
}

function counterexample(what: string, { trail }: Moment, cause?: unknown): Counterexample {
  const lines: string[] = [];
  for (let at = trail; at !== null; at = at.before) lines.push(at.steps);
  return new Counterexample([what, ...lines.toReversed()].join('\n'), { cause });
}

/**
 * Every interleaving of the two programs, of end 0 and of end 1: each step of either side in every order. Data are no steps: they may be left out
 * because no access to them is a race, which is checked (`Races`), so that it makes no difference when they happen. Steps that are nobody else's business
 * (`Footprints`) are done right after the one before them.
 *
 * Throws a `Counterexample` where a side throws, or one sleeps and nobody is left to wake it.
 */
export function explore(programs: readonly [Program, Program], options: ExploreOptions = {}): Exploration {
  const footprints = new Footprints();
  for (;;) {
    const known = footprints.size;
    const exploration = new Explorer(options, footprints).run(programs);
    if (footprints.size === known) return exploration;
  }
}

class Explorer {
  readonly #options: ExploreOptions;
  readonly #footprints: Footprints;
  /** With the most interruptions that were left there. */
  readonly #seen: Map<string, number> = new Map();
  readonly #open: Moment[] = [];
  #ends = 0;
  #steps = 0;

  constructor(options: ExploreOptions, footprints: Footprints) {
    this.#options = options;
    this.#footprints = footprints;
  }

  run([first, second]: readonly [Program, Program]): Exploration {
    const { world = new World(), preemptions = Number.POSITIVE_INFINITY } = this.#options;
    const fibers = [new Fiber(0, first), new Fiber(1, second)] as const;
    const begin: Moment = { world: world.clone(), fibers, running: null, preemptions, trail: null };
    for (const fiber of fibers) this.#goOn(begin, fiber, 0);
    this.#open.push(begin);
    for (let moment = this.#open.pop(); moment !== undefined; moment = this.#open.pop()) this.#visit(moment);
    return { states: this.#seen.size, ends: this.#ends, steps: this.#steps };
  }

  #visit(moment: Moment): void {
    const { limit = 2_000_000, preemptions = Number.POSITIVE_INFINITY } = this.#options;
    const { world, fibers, running } = moment;
    const who = preemptions === Number.POSITIVE_INFINITY ? '' : running;
    const key = digest(`${fibers[0].path} ${fibers[1].path} ${who} ${world.key}`);
    if ((this.#seen.get(key) ?? -1) >= moment.preemptions) return;
    if (this.#seen.set(key, moment.preemptions).size > limit) throw new Error(`more than ${limit} states`);
    const able = fibers.filter((fiber) => fiber.canStep(world));
    if (able.length === 0) this.#end(moment);
    for (const fiber of able) {
      const isInterruption = running !== null && running !== fiber.side && able.length === 2;
      if (isInterruption && moment.preemptions === 0) continue;
      const left = moment.preemptions - Number(isInterruption);
      const { side } = fiber;
      const next = fiber.next!;
      const choices = next.op === 'peek' || next.op === 'guess' ? world.choices(side, next.address) : 1;
      for (let choice = 0; choice < choices; choice++) this.#step({ ...moment, preemptions: left }, side, choice);
    }
    for (const side of SIDES) this.#replace(moment, side);
  }

  #end(moment: Moment): void {
    this.#ends++;
    const asleep = moment.fibers.filter(({ next }) => next !== null).map(({ side }) => `end ${side}`);
    if (asleep.length > 0) throw counterexample(`${asleep.join(' and ')} sleep for ever`, moment);
    try {
      this.#options.atEnd?.(moment.world);
    } catch (error) {
      throw counterexample(String(error), moment, error);
    }
  }

  #step(moment: Moment, side: Side, choice: number): void {
    const world = moment.world.clone();
    world.choice = choice;
    const [first, second] = moment.fibers;
    const copy: Moment = { ...moment, world, fibers: [first.clone(), second.clone()], running: side };
    this.#push(copy, side, this.#goOn(copy, copy.fibers[side], 1));
  }

  /** The side is killed where it is, and another one begins. */
  #replace(moment: Moment, side: Side): void {
    const successor = this.#options.successors?.[side] ?? null;
    const { fibers, world } = moment;
    if (successor === null || fibers[side].next === null || fibers[side].program === successor) return;
    const fiber = new Fiber(side, successor);
    fiber.path = digest(`${fibers[side].path} killed`);
    const other = fibers[1 - side]!.clone();
    const copy: Moment = { ...moment, world: world.clone(), fibers: side === 0 ? [fiber, other] : [other, fiber] };
    copy.world.forget(side);
    this.#push(copy, side, `is killed; ${this.#goOn(copy, fiber, 0)}`);
  }

  #push(moment: Moment, side: Side, done: string): void {
    this.#steps++;
    this.#open.push({ ...moment, trail: { steps: `end ${side}: ${done}`, before: moment.trail } });
  }

  #goOn(moment: Moment, fiber: Fiber, steps: number): string {
    const { side } = fiber;
    // What is loaded too early is somebody else's business even where the step is not.
    const isEarly = fiber.program.plan?.fault?.wrong === 'too early';
    const isMortal = (this.#options.successors?.[side] ?? null) !== null;
    const isFree = (step: Step): boolean => {
      this.#footprints.add(side, step);
      if (isEarly) return false;
      return (
        this.#footprints.isPrivate(side, step, isMortal) &&
        (step.op !== 'peek' || moment.world.choices(side, step.address) === 1)
      );
    };
    try {
      return fiber.run(moment.world, steps, isFree);
    } catch (error) {
      throw counterexample(`end ${side}: ${String(error)}`, moment, error);
    }
  }
}
