import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Xorshift } from '../support/xorshift.ts';
import { Board } from './engine/board.ts';
import { Fuzzer } from './engine/fuzzer.ts';
import { loadTargets } from './engine/load-targets.ts';
import { readInputs } from './engine/store.ts';
import { TARGETS } from './targets/all-targets.ts';

/** All that is kept, in the repository as well: it is there to be read by tests, not to grow. */
const MOST_CORPUS_BYTES = 300_000;

const loaded = await loadTargets();

describe('what the fuzzer kept', () => {
  for (const name of Object.keys(TARGETS)) {
    const inputs = new Map((['corpus', 'crashes'] as const).flatMap((kind) => [...readInputs(kind, name)]));
    it(`keeps its promises: ${name}, ${inputs.size} inputs`, async () => {
      assert.ok(inputs.size > 0, 'there is no corpus');
      const fuzzer = new Fuzzer(loaded, loaded.targets[name]!, new Xorshift(1), new Board());
      for (const [file, input] of inputs) assert.equal(await fuzzer.replay(input), null, file);
    });
  }

  it('is small', () => {
    const sizes = Object.keys(TARGETS).flatMap((name) =>
      [...readInputs('corpus', name).values()].map(({ length }) => length),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < MOST_CORPUS_BYTES, `${bytes} bytes`);
  });
});
