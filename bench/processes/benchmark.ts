import type { Benchmark, BenchmarkOptions, Figure, Section } from '../benchmark.ts';
import { type Contest, inTurn, measureTable, type Question } from '../jobs/in-turn.ts';
import { Pair } from './pair.ts';
import { RIVAL, SIGNAL_RIVAL, SIGNAL_WAYS, type SignalWay, type Way, WAYS } from './task.ts';

const PAYLOAD_BYTES: readonly number[] = [8, 40, 256, 1024, 4096];
const ROUND_TRIP_BYTES: readonly number[] = [8, 256, 4096];

const ONE_WAY: readonly Question[] = [
  { title: 'one message at a time, ns per message', first: 'send', batch: 1, trial: 4000 },
  { title: '16 messages at a time, ns per message', first: 'send', batch: 16, trial: 4000 },
];
const ROUND_TRIP: Question = { title: 'round trip of one message, ns', first: 'ping', batch: 1, trial: 200 };

/** The same without messages: what a wake-up costs, and a signal that nobody has to be woken for. */
const SIGNALS = {
  title: 'signals alone, ns',
  there: { column: 'there and back', first: 'ping', batch: 1, trial: 200, ways: SIGNAL_WAYS },
  unheard: {
    column: 'nobody sleeps',
    first: 'send',
    batch: 1,
    trial: 4000,
    ways: ['futex, blocking', 'socket, 1 byte'],
  },
} as const;

async function measureSignals(pair: Pair, options: BenchmarkOptions): Promise<Section> {
  const { title, there, unheard } = SIGNALS;
  const rows = new Map<SignalWay, Figure[]>(SIGNAL_WAYS.map((way) => [way, []]));
  for (const { column, first, ways, ...question } of [there, unheard]) {
    options.progress(`${title}, ${column}`);
    const contenders = ways.map((way) => ({
      name: way,
      run: (count: number, verify: boolean) => pair.run(first, { way, payloadBytes: 0, batch: 1, count, verify }),
    }));
    for (const [way, figure] of await inTurn<SignalWay>(contenders, SIGNAL_RIVAL, question, options)) {
      rows.get(way)!.push(figure);
    }
  }
  return {
    title: `${title} (the socket's, divided by it)`,
    columns: [there.column, unheard.column],
    rows: [...rows].map(([name, figures]) => ({ name, figures })),
  };
}

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const pair = new Pair();
  const contest: Contest<Way> = {
    ways: WAYS,
    rival: RIVAL,
    run: (way, first, work) => pair.run(first, { way, ...work }),
  };
  const sections: Section[] = [];
  try {
    for (const question of [...ONE_WAY, ROUND_TRIP]) {
      const title = `process to process: ${question.title} (the Unix socket's, divided by it)`;
      const payloads = question === ROUND_TRIP ? ROUND_TRIP_BYTES : PAYLOAD_BYTES;
      sections.push(await measureTable(title, contest, question, payloads, options));
    }
    sections.push(await measureSignals(pair, options));
  } finally {
    await pair.end();
  }
  return sections;
}

/** Messages from one process to another, through a channel in a file. */
export const processes: Benchmark = {
  name: 'processes',
  description: 'messages and round trips between processes, through channels in files, against a Unix socket and IPC',
  run,
};
