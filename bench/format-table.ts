import type { Section } from './benchmark.ts';

const NAME_WIDTH = 20;
const CELL_WIDTH = 22;

/** One table as text: value, spread and ratio to the rival in each cell. */
export function formatTable({ title, columns, rows }: Section): string {
  const head = ''.padEnd(NAME_WIDTH) + columns.map((column) => column.padStart(CELL_WIDTH)).join('');
  const lines = rows.map(({ name, figures }) => {
    const cells = figures.map(({ value, spread, ratio }) => {
      const percent = Math.round(spread * 100);
      return `${value.toFixed(1)} ±${percent}% (${ratio.toFixed(2)})`.padStart(CELL_WIDTH);
    });
    return name.padEnd(NAME_WIDTH) + cells.join('');
  });
  return [title, '', head, ...lines, ''].join('\n');
}
