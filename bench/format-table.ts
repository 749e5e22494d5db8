import type { Section } from './benchmark.ts';

const NAME_WIDTH = 20;
const CELL_WIDTH = 22;

/**
 * One table as text: value, spread and ratio to the rival, where there is one, in each cell; or of the best round, where that is
 * known.
 */
export function formatTable({ title, columns, rows, digits = 1 }: Section, isBest = false): string {
  const nameWidth = Math.max(NAME_WIDTH, ...rows.map(({ name }) => name.length + 1));
  const head = ''.padEnd(nameWidth) + columns.map((column) => column.padStart(CELL_WIDTH)).join('');
  const lines = rows.map(({ name, figures }) => {
    const cells = figures.map((figure) => {
      const best = isBest ? figure.best : undefined;
      const { value, ratio } = best ?? figure;
      const spread = best === undefined ? figure.spread : NaN;
      const around = Number.isNaN(spread) ? '' : ` ±${Math.round(spread * 100)}%`;
      const compared = Number.isNaN(ratio) ? '' : ` (${ratio.toFixed(2)})`;
      return `${value.toFixed(digits)}${around}${compared}`.padStart(CELL_WIDTH);
    });
    return name.padEnd(nameWidth) + cells.join('');
  });
  return [title, '', head, ...lines, ''].join('\n');
}
