import type { BenchmarkOptions, Section } from '../benchmark.ts';
import { type Contest, measureTable } from '../jobs/in-turn.ts';
import { Crew } from './crew.ts';
import { pinToOneProcessor } from './pin.ts';
import { IN_BATCHES, ROUND_TRIP, SINGLY } from './questions.ts';
import type { Way } from './task.ts';

const RIVAL: Way = 'postMessage, cloned';
const OURS: readonly Way[] = ['ring', 'queue, blocking', 'pipe, blocking'];

/** Both threads on one processor, for the whole of this process: who looks keeps the other one from going on. */
export async function measure(options: BenchmarkOptions): Promise<Section[]> {
  pinToOneProcessor();
  const crew = new Crew();
  const contest: Contest<Way> = {
    ways: [...OURS, RIVAL],
    rival: RIVAL,
    run: (way, first, work) => crew.run(first, { way, ...work }),
  };
  try {
    const sections: Section[] = [];
    for (const [question, payloads] of [
      [SINGLY, [8, 4096]],
      [IN_BATCHES, [8, 4096]],
      [ROUND_TRIP, [8]],
    ] as const) {
      await crew.warmUp(OURS, question);
      const title = `both threads on one processor, ${question.title}, ns (postMessage's there, divided by it)`;
      sections.push(await measureTable(title, contest, question, payloads, options));
    }
    return sections;
  } finally {
    await crew.end();
  }
}
