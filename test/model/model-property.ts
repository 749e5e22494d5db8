import { test } from 'node:test';
import * as fc from 'fast-check';
import { checkProperty } from '../support/property.ts';
import { type Layout, MEMORY_NAMES, type MemoryName } from '../support/ring-places.ts';
import { Backing } from './backing.ts';
import { operation } from './operations.ts';
import { SideBySide } from './side-by-side.ts';

/** Small rings are full and wrap soon; large ones hold packets that small ones refuse. 256 pages are 1 MiB. */
const pageCounts = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 4, arbitrary: fc.integer({ min: 5, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(64, 128, 129, 255, 256) },
);

/**
 * Random operations on real rings and on the slow model, side by side: after each of them both returned the same and have the same control words,
 * and at times every byte of the two is compared.
 */
function modelProperty(layout: Layout, kind: MemoryName): fc.IProperty<unknown> {
  return fc.property(
    fc.record({
      pageCount: pageCounts,
      buffer: fc.constantFrom('plain', 'shared', 'wasm'),
      seed: fc.integer({ min: 1, max: 0x7fff_ffff }),
      start: fc.nat(),
      otherKind: fc.constantFrom(...MEMORY_NAMES[layout]),
      end: fc.constantFrom('both', 'writer', 'reader'),
      operations: fc.array(operation, { minLength: 1, maxLength: 150, size: 'max' }),
    }),
    ({ pageCount, buffer, seed, start, otherKind, end, operations }) => {
      const backing = new Backing(layout, pageCount, buffer, seed);
      const at = (start * 8) % (pageCount * 4096);
      const [writerKind, readerKind] = [end === 'reader' ? otherKind : kind, end === 'writer' ? otherKind : kind];
      const rings = new SideBySide(backing, at, writerKind, readerKind);
      for (const each of operations) rings.run(each);
      rings.checkImage();
      backing.checkOutside();
    },
  );
}

/** A test for each memory and each layout of its pages, of so many random runs. */
export function testAgainstModel(runsPerKind: number): void {
  for (const layout of ['row', 'scattered', 'several'] as const) {
    for (const kind of MEMORY_NAMES[layout]) {
      test(`random operations agree with the model: ${kind}, pages ${layout}`, (t) => {
        checkProperty(t, modelProperty(layout, kind), runsPerKind);
      });
    }
  }
}
