import { RingMover } from '../jobs/ring-mover.ts';
import { now } from '../jobs/work.ts';
import { createMemory, type MemoryKind } from './memories.ts';

/** What is measured of a ring. */
export interface Cell {
  readonly payloadBytes: number;
  readonly batch: number;
}

/** Packets to be moved through a ring of one kind. */
export interface Run extends Cell {
  readonly kind: MemoryKind;
  /** A multiple of the batch. */
  readonly count: number;
  readonly verify: boolean;
}

/** So many times in each run all other kinds have a turn. */
const TURNS = 8;

/** Packets that each of them moves then. */
const TURN_PACKETS = 64;

/** Packets of each kind and cell before anything is measured: the optimising compiler has seen all of them. */
const FIRST_PACKETS = 8000;

/** Moves packets through a ring, by code that all kinds share. */
export type KindMover = Pick<RingMover, 'move'>;

/** A program that has rings over memory of these kinds, and uses them in turn. */
export class Program {
  readonly #kinds: readonly MemoryKind[];
  readonly #movers = new Map<string, KindMover>();

  constructor(
    kinds: readonly MemoryKind[],
    cells: readonly Cell[],
    create: (kind: MemoryKind, cell: Cell) => KindMover = createMover,
  ) {
    this.#kinds = kinds;
    for (const cell of cells) for (const kind of kinds) this.#movers.set(nameOf(kind, cell), create(kind, cell));
    for (let moved = 0; moved < FIRST_PACKETS; moved += TURN_PACKETS) {
      for (const mover of this.#movers.values()) mover.move(TURN_PACKETS, false);
    }
  }

  /** Moves packets through a ring of one kind, and between them some through the others; milliseconds that the former took. */
  run(run: Run): number {
    const mover = this.#mover(run.kind, run);
    const others = this.#kinds.filter((kind) => kind !== run.kind).map((kind) => this.#mover(kind, run));
    let ms = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      for (const other of others) other.move(TURN_PACKETS, run.verify);
      const count = countOf(run, turn);
      const beganMs = now();
      mover.move(count, run.verify);
      ms += now() - beganMs;
    }
    return ms;
  }

  #mover(kind: MemoryKind, cell: Cell): KindMover {
    const mover = this.#movers.get(nameOf(kind, cell));
    if (mover === undefined) throw new Error(`this program has no ring of kind ${nameOf(kind, cell)}`);
    return mover;
  }
}

/** What a process is to become: a program that uses these kinds. */
export interface ProgramPlan {
  readonly kinds: readonly MemoryKind[];
  readonly cells: readonly Cell[];
}

/** Becomes one. */
export function start({ kinds, cells }: ProgramPlan): (run: Run) => number {
  const program = new Program(kinds, cells);
  return (run) => program.run(run);
}

/** Packets of one turn, whole batches: those of all turns are those of the run. */
function countOf({ count, batch }: Run, turn: number): number {
  const before = (turns: number): number => Math.floor((turns * count) / batch / TURNS) * batch;
  return before(turn + 1) - before(turn);
}

function createMover(kind: MemoryKind, { payloadBytes, batch }: Cell): KindMover {
  return new RingMover(createMemory(kind), payloadBytes, batch);
}

function nameOf(kind: MemoryKind, { payloadBytes, batch }: Cell): string {
  return `${kind}, ${payloadBytes} bytes, ${batch} a commit`;
}
