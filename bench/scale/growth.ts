import type { BenchmarkOptions, Figure, Section } from '../benchmark.ts';
import type { Axis, Plot } from './plot.ts';

/** For each size a figure for each column. */
export type Figures = readonly (readonly Figure[])[];

/** Something that grows, and what a packet costs at each of its sizes. */
export interface Growth {
  /** Of the table; it says what the ratios are. */
  readonly title: string;
  /** A row of the table each. */
  readonly sizes: readonly number[];
  /** A line in the plots each. */
  readonly columns: readonly string[];
  /** How a size is called in the table. */
  nameOf(size: number): string;
  measure(options: BenchmarkOptions): Promise<Figures>;
  readonly plots: readonly GrowthPlot[];
}

/** One picture of what was measured. */
export interface GrowthPlot {
  readonly file: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** What is shown of a cost in ns at a size: the cost itself, if left out. */
  readonly show?: (ns: number, size: number) => number;
}

/** The table. */
export function sectionOf({ title, sizes, columns, nameOf }: Growth, figures: Figures): Section {
  return { title, columns, rows: sizes.map((size, i) => ({ name: nameOf(size), figures: figures[i]! })) };
}

/** One of the pictures. */
export function plotOf({ sizes, columns }: Growth, shown: GrowthPlot, figures: Figures, caption: string): Plot {
  const { title, x, y, show = (ns) => ns } = shown;
  const series = columns.map((name, column) => ({
    name,
    points: sizes.map((size, i) => {
      const { value, spread } = figures[i]![column]!;
      // By so many times, not so much: so it looks the same both ways where scales are logarithmic, and is never below 0.
      const ends = [show(value / (1 + spread), size), show(value * (1 + spread), size)];
      return { x: size, y: show(value, size), low: Math.min(...ends), high: Math.max(...ends) };
    }),
  }));
  return { title, caption, x, y, series };
}

const KIB = 1024;
const MIB = KIB * KIB;

/** A number of bytes in words. */
export function bytesName(bytes: number): string {
  if (bytes % MIB === 0) return `${bytes / MIB} MiB`;
  if (bytes % KIB === 0) return `${bytes / KIB} KiB`;
  return `${bytes.toLocaleString('en-US')} B`;
}
