import { Replay, type Seen, type Step } from './replay.ts';
import { type Kind, type SteppedMemory, steppedMemory } from './stepped-memory.ts';
import { otherSide, type Side, type World } from './world.ts';

/** How a side wakes the other one, and sleeps until it is woken. */
export interface Signals {
  signal(): void;
  wait(): void;
}

/** What one side runs: the library's own calls. A function of what it sees, and of nothing else. */
export interface Program {
  readonly kind: Kind;
  run(memory: SteppedMemory, signals: Signals): void;
}

/** One side at one moment: what it has seen so far, and what it is about to do. */
export class Fiber {
  readonly side: Side;
  readonly #program: Program;
  #seen: readonly Seen[] = [];
  /** Its steps so far, with what they returned: where they are the same, all else is. */
  path = '';
  /** `null` where it has come to its end. */
  next: Step | null = null;

  constructor(side: Side, program: Program) {
    this.side = side;
    this.#program = program;
  }

  clone(): Fiber {
    const copy = new Fiber(this.side, this.#program);
    copy.#seen = this.#seen;
    copy.path = this.path;
    copy.next = this.next;
    return copy;
  }

  canStep(world: World): boolean {
    return this.next !== null && (this.next.op !== 'wait' || world.canWake(this.side));
  }

  /** Goes on in `world` for so many steps, and up to the one after them. */
  run(world: World, steps: number): void {
    const { side } = this;
    const replay = new Replay(this.#seen, steps);
    const memory = steppedMemory(world, side, replay, this.#program.kind);
    const signals: Signals = {
      signal: () => {
        replay.step({ op: 'signal' }, (): undefined => {
          world.signal(otherSide(side));
        });
      },
      wait: () => {
        replay.step({ op: 'wait' }, (): undefined => {
          world.wake(side);
        });
      },
    };
    try {
      replay.run(() => this.#program.run(memory, signals));
    } finally {
      memory.close();
    }
    this.#seen = replay.seen;
    this.path += replay.done;
    this.next = replay.next;
  }
}
