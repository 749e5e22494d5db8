import { test } from 'node:test';
import { modelProperty } from '../model/model-property.ts';
import { checkProperty } from '../support/property.ts';
import { MEMORY_NAMES } from '../support/ring-places.ts';

const RUNS_PER_KIND = 25;

for (const layout of ['row', 'scattered', 'several'] as const) {
  for (const kind of MEMORY_NAMES[layout]) {
    test(`random operations agree with the model: ${kind}, pages ${layout}`, (t) => {
      checkProperty(t, modelProperty(layout, kind), RUNS_PER_KIND);
    });
  }
}
