import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from '../../bench/format-table.ts';
import { asCost, figureOf } from '../../bench/jobs/in-turn.ts';

const OURS = [50, 40, 90];
const RIVALS = [80, 90, 60];

test('a figure is the median of the rounds and of their ratios, and the best round of both', () => {
  const figure = figureOf(OURS, RIVALS);
  assert.deepEqual([figure.value, figure.spread, figure.ratio], [50, 0.5, 80 / 50]);
  assert.deepEqual(figure.best, { value: 40, ratio: 60 / 40 });
  const cost = asCost(figure);
  assert.deepEqual([cost.value, cost.ratio, cost.best], [50, 50 / 80, { value: 40, ratio: 40 / 60 }]);
});

test('a table shows the medians with their spread, or the best rounds', () => {
  const known = figureOf(OURS, RIVALS);
  const section = {
    title: 'ns',
    columns: ['8 B', '40 B'],
    rows: [{ name: 'ring', figures: [known, { value: 7, spread: NaN, ratio: NaN }] }],
  };
  assert.match(formatTable(section), /^ring +50\.0 ±50% \(1\.60\) +7\.0$/m);
  assert.match(formatTable(section, true), /^ring +40\.0 \(1\.50\) +7\.0$/m);
});
