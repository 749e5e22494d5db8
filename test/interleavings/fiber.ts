import { hash } from 'node:crypto';
import type { AccessPlan } from './access-plan.ts';
import { Accesses } from './accesses.ts';
import type { Side } from './clocks.ts';
import { EventLoop } from './event-loop.ts';
import { Replay, type Seen, type Step } from './replay.ts';
import { SignalRules } from './signal-rules.ts';
import { standInForAtomics } from './stepped-atomics.ts';
import { type Kind, SteppedMemory } from './stepped-memory.ts';
import type { World } from './world.ts';

/** What a side has, in one run. */
export interface Surroundings {
  readonly side: Side;
  readonly memory: SteppedMemory;
  readonly loop: EventLoop;
  readonly rules: SignalRules;
  /** Wakes the other side, where no memory is to do that; and sleeps until this one is woken. */
  signal(): void;
  wait(): void;
  /** Sleeps while the word at an address is `seen`, and wakes who sleeps there, where the kernel does that. */
  sleepAt(address: number, seen: number): void;
  wakeAt(address: number): void;
  /** Called at the end of the run, when Atomics are themselves again. */
  atEnd(clean: () => void): void;
}

/** What one side runs: the library's own calls. A function of what it sees, and of nothing else. */
export interface Program {
  readonly kind: Kind;
  /** What its accesses are, and which of them is made wrong. */
  readonly plan?: AccessPlan;
  /** Whether each signal has to be due, and each one that is due sent. */
  readonly judgesSignals: boolean;
  run(surroundings: Surroundings): void;
}

/** Two that differ have, for all that is known, never had the same. */
export function digest(text: string): string {
  return hash('sha1', text, 'base64');
}

/** One side at one moment: what it has seen so far, and what it is about to do. */
export class Fiber {
  readonly side: Side;
  readonly program: Program;
  #seen: readonly Seen[] = [];
  /** Stands for its steps so far, with what they returned: where they are the same, all else is. */
  path = '';
  /** `null` where it has come to its end. */
  next: Step | null = null;

  constructor(side: Side, program: Program) {
    this.side = side;
    this.program = program;
  }

  clone(): Fiber {
    const copy = new Fiber(this.side, this.program);
    copy.#seen = this.#seen;
    copy.path = this.path;
    copy.next = this.next;
    return copy;
  }

  canStep(world: World): boolean {
    if (this.next?.op === 'wait') return world.canWake(this.side);
    if (this.next?.op === 'woken') return !world.isAsleep(this.side);
    return this.next !== null;
  }

  /** Goes on in `world` for so many steps, and those that are free besides, up to the one after them. Returns what it did, for people. */
  run(world: World, steps: number, isFree: (step: Step) => boolean): string {
    const { side } = this;
    const replay = new Replay(this.#seen, steps, isFree);
    const rules = new SignalRules(this.program.judgesSignals);
    const accesses = new Accesses(world, side, replay, rules, this.program.plan ?? null);
    this.program.plan?.begin();
    const memory = new SteppedMemory(accesses, this.program.kind);
    const loop = new EventLoop(() => accesses.woken());
    const cleaning: (() => void)[] = [];
    const surroundings: Surroundings = {
      side,
      memory,
      loop,
      rules,
      signal: () => accesses.signal(),
      wait: () => accesses.wait(),
      sleepAt: (address, seen) => void accesses.sleep(address, seen),
      wakeAt: (address) => void accesses.notify(address),
      atEnd: (clean) => cleaning.push(clean),
    };
    const restore = [standInForAtomics(memory.buffer, accesses, (wake) => loop.sleeper(wake)), loop.standIn()];
    try {
      replay.run(() => {
        this.program.run(surroundings);
        accesses.finish();
        rules.checkSignalled();
      });
    } finally {
      for (const undo of restore) undo();
      for (const clean of cleaning) clean();
    }
    this.#seen = replay.seen;
    this.path = digest(this.path + replay.done);
    this.next = replay.next;
    return replay.done;
  }
}
