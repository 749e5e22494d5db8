import type { Benchmark, BenchmarkOptions, Section } from '../benchmark.ts';
import { Crew, ROUTES } from './crew.ts';
import { type Contest, measureTable, type Question } from '../jobs/in-turn.ts';
import { RIVAL, type Way, WAYS } from './task.ts';

const PAYLOAD_BYTES: readonly number[] = [8, 256, 4096];

const QUESTIONS: readonly Question[] = [
  { title: 'one message at a time, ns per message', first: 'send', batch: 1, trial: 8000 },
  { title: '16 messages at a time, ns per message', first: 'send', batch: 16, trial: 16_000 },
  { title: 'round trip of one message, ns', first: 'ping', batch: 1, trial: 400 },
];

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const crew = new Crew();
  const sections: Section[] = [];
  try {
    for (const route of ROUTES) {
      for (const question of QUESTIONS) {
        const title = `${route}: ${question.title} (postMessage's, divided by it)`;
        const contest: Contest<Way> = {
          ways: WAYS,
          rival: RIVAL,
          run: (way, first, work) => crew.run(route, first, { way, ...work }),
        };
        sections.push(await measureTable(title, contest, question, PAYLOAD_BYTES, options));
      }
    }
  } finally {
    await crew.end();
  }
  return sections;
}

/** Messages from one thread to another. */
export const threads: Benchmark = {
  name: 'threads',
  description: 'messages and round trips between threads, through queues and pipes, against postMessage',
  run,
};
