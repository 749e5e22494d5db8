import type { Block } from './instrument.ts';

/** How much of a file was reached. */
export interface Coverage {
  readonly file: string;
  readonly blocks: number;
  readonly entered: number;
}

/** Of the files whose paths begin with one of `sources`. */
export function coverageOf(
  blocks: readonly Block[],
  entered: readonly boolean[],
  sources: readonly string[],
): Coverage[] {
  const files = new Map<string, { blocks: number; entered: number }>();
  for (const [i, { file }] of blocks.entries()) {
    if (!sources.some((source) => file.startsWith(source))) continue;
    const sums = files.get(file) ?? { blocks: 0, entered: 0 };
    files.set(file, { blocks: sums.blocks + 1, entered: sums.entered + (entered[i] === true ? 1 : 0) });
  }
  return Array.from(files, ([file, sums]) => ({ file, ...sums }));
}

/** All of them together. */
export function totalOf(coverage: readonly Coverage[]): Coverage {
  const sum = (pick: (of: Coverage) => number): number => coverage.reduce((total, of) => total + pick(of), 0);
  return { file: 'all', blocks: sum((of) => of.blocks), entered: sum((of) => of.entered) };
}
