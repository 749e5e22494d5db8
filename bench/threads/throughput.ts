import type { BenchmarkOptions, Figure, Section } from '../benchmark.ts';
import type { DpdkProcess } from '../dpdk/dpdk-process.ts';
import { figureOf, type Question, roundsInTurn } from '../jobs/in-turn.ts';
import type { Crew } from './crew.ts';
import { runDpdk } from './dpdk-run.ts';
import { IN_BATCHES, SINGLY } from './questions.ts';
import type { Way } from './task.ts';

const PAYLOAD_BYTES: readonly number[] = [8, 40, 256, 1024, 4096];

const OURS = ['ring', 'ring, payloads in it', 'queue, blocking', 'pipe, blocking'] as const satisfies readonly Way[];
const CLONED = 'postMessage, cloned' satisfies Way;
const MOVED = 'postMessage, moved' satisfies Way;
const RINGBUF = 'ringbuf.js' satisfies Way;
const DPDK = 'DPDK';
const CONTENDERS = [...OURS, DPDK, CLONED, MOVED, RINGBUF] as const;
type Name = (typeof CONTENDERS)[number];

/** One table out of what was measured: with whom ours are compared, and who stands beside. */
interface Comparison {
  readonly rival: Name;
  readonly rows: readonly Name[];
  /** What the figures in brackets are: the same for each batch, but for what the rival makes of a batch. */
  says(question: Question): string;
}

const COMPARISONS: readonly Comparison[] = [
  {
    rival: DPDK,
    rows: [...OURS, DPDK],
    says: () => `times DPDK's packets per second at 1 a commit`,
  },
  {
    rival: CLONED,
    rows: [...OURS, CLONED, MOVED],
    says: ({ batch }) => `so many times faster than postMessage, cloned${batch === 1 ? '' : `, in arrays of ${batch}`}`,
  },
  {
    rival: RINGBUF,
    rows: [...OURS, RINGBUF],
    says: () => 'so many times faster than ringbuf.js, 1 a push',
  },
];

/** From one thread to another, singly and in batches: all in turn, then a table for each rival. */
export async function measureThroughput(crew: Crew, dpdk: DpdkProcess, options: BenchmarkOptions): Promise<Section[]> {
  const sections: Section[] = [];
  for (const question of [SINGLY, IN_BATCHES]) {
    await crew.warmUp(OURS, question);
    const measured: Map<Name, number[]>[] = [];
    for (const payloadBytes of PAYLOAD_BYTES) {
      options.progress(`${question.title}, ${payloadBytes} bytes`);
      const contenders = CONTENDERS.map((name) => ({
        name,
        run: (count: number, verify: boolean): Promise<number> => {
          const { first, batch } = question;
          const work = { payloadBytes, batch, count, verify };
          return name === DPDK ? runDpdk(dpdk, first, work) : crew.run(first, { way: name, ...work });
        },
      }));
      measured.push(await roundsInTurn<Name>(contenders, question, options));
    }
    for (const { rival, rows, says } of COMPARISONS) {
      sections.push({
        title: `main thread to worker, ${question.title}: ns per message (${says(question)})`,
        columns: PAYLOAD_BYTES.map((bytes) => `${bytes} B`),
        rows: rows.map((name) => ({ name, figures: figuresOf(measured, name, rival) })),
      });
    }
  }
  return sections;
}

/** A row: a cell for each size. */
function figuresOf(measured: readonly ReadonlyMap<Name, readonly number[]>[], name: Name, rival: Name): Figure[] {
  return measured.map((rounds) => figureOf(rounds.get(name)!, rounds.get(rival)!));
}
