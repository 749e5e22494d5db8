import fc from 'fast-check';

function replay(): { seed?: number; path?: string } {
  const { FC_SEED: seed, FC_PATH: path } = process.env;
  return { ...(seed === undefined ? {} : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) };
}

/**
 * Checks a property with `numRuns` random inputs. A failure says which seed and path it came from: run the one test again
 * with `FC_SEED` and `FC_PATH` set to them.
 */
export function checkProperty<T>(property: fc.IRawProperty<T>, numRuns: number): void {
  fc.assert(property as fc.IProperty<T>, { numRuns, ...replay() });
}
