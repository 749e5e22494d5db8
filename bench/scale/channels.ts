import type { BenchmarkOptions, Figure } from '../benchmark.ts';
import { asCost, inTurn } from '../jobs/in-turn.ts';
import { ProgramProcess } from '../jobs/program-process.ts';
import { type ChannelWork, PAYLOAD_BYTES, SETTINGS } from './channel-program.ts';
import type { Growth } from './growth.ts';

const PROGRAM = new URL('./channel-program.ts', import.meta.url);

const SIZES: readonly number[] = [1, 10, 100, 1000];

/** What the others are compared with. */
const ALONE = 1;

/** For each number of channels a process that has so many: a single channel is the only one in its process. */
type Processes = ReadonlyMap<number, ProgramProcess<ChannelWork>>;

/** A figure for each of the processes. */
async function measureSetting(setting: number, processes: Processes, options: BenchmarkOptions): Promise<Figure[]> {
  const contenders = [...processes].map(([channels, process]) => ({
    name: String(channels),
    run: (count: number, verify: boolean) => process.run({ setting, count, verify }),
  }));
  const question = { trial: SETTINGS[setting]!.trial, batch: 1 };
  const figures = await inTurn(contenders, String(ALONE), question, options);
  return SIZES.map((channels) => asCost(figures.get(String(channels))!));
}

async function measure(options: BenchmarkOptions): Promise<Figure[][]> {
  const processes: Processes = new Map(SIZES.map((channels) => [channels, new ProgramProcess(PROGRAM, channels)]));
  const columns: Figure[][] = [];
  try {
    for (const [setting, { name }] of SETTINGS.entries()) {
      options.progress(`channels, ${name}`);
      columns.push(await measureSetting(setting, processes, options));
    }
  } finally {
    await Promise.all([...processes.values()].map((process) => process.end()));
  }
  return SIZES.map((_, i) => columns.map((figures) => figures[i]!));
}

/** Idle channels cost nothing. */
export const channelGrowth: Growth = {
  title: `channels grow, all but one idle, ns per packet of ${PAYLOAD_BYTES} bytes on that one (times that of a single channel)`,
  sizes: SIZES,
  columns: SETTINGS.map(({ name }) => name),
  nameOf: (channels) => `${channels} channel${channels === 1 ? '' : 's'}`,
  measure,
  plots: [
    {
      file: 'scale-channels.svg',
      title: 'A packet on the one busy channel of many in one process',
      x: {
        label: 'channels in the process',
        scale: 'log',
        ticks: SIZES.map((value) => ({ value, label: value.toLocaleString('en-US') })),
      },
      y: { label: 'ns per packet', scale: 'log' },
    },
  ],
};
