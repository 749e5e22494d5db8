import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions, Section } from '../benchmark.ts';
import { measureInChild } from '../jobs/child-process.ts';
import { type Figures, type Growth, plotOf, sectionOf } from './growth.ts';
import { GROWTHS } from './measure.ts';
import { renderPlot } from './plot.ts';

const MEASURE = new URL('./measure.ts', import.meta.url);

function writePlots(growth: Growth, figures: Figures, { rounds }: BenchmarkOptions, svgFolder: string): void {
  const machine = `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`;
  const caption = `${machine}; one thread; medians of ${rounds} rounds, and how far these were apart`;
  mkdirSync(svgFolder, { recursive: true });
  for (const plot of growth.plots) {
    writeFileSync(join(svgFolder, plot.file), renderPlot(plotOf(growth, plot, figures, caption)));
  }
}

async function run(options: BenchmarkOptions): Promise<Section[]> {
  const sections: Section[] = [];
  for (const [position, growth] of GROWTHS.entries()) {
    const figures = await measureInChild<Figures>(MEASURE, options, [String(position)]);
    sections.push(sectionOf(growth, figures));
    if (options.svgFolder !== undefined) writePlots(growth, figures, options, options.svgFolder);
  }
  return sections;
}

/** What a packet costs as things become large. */
export const scale: Benchmark = {
  name: 'scale',
  description: 'the cost of a packet as rings, the number of channels, and payloads grow; --svg FOLDER: with plots',
  run,
};
