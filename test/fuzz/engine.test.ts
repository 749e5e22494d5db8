import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Xorshift } from '../support/xorshift.ts';
import { Board } from './engine/board.ts';
import { coverageOf, totalOf } from './engine/coverage.ts';
import { type Crash, Fuzzer } from './engine/fuzzer.ts';
import { type LoadedTargets, loadTargets } from './engine/load-targets.ts';

// That nothing is found in the library says something only if mistakes are found.

const MOST_RUNS = 60_000;

let loaded: LoadedTargets | undefined;

async function fuzz(
  name: string,
  runs = MOST_RUNS,
): Promise<{ readonly crash: Crash | null; readonly fuzzer: Fuzzer }> {
  loaded ??= await loadTargets('test/fuzz/planted/planted-targets.ts', (file) => file.startsWith('test/fuzz/planted/'));
  const fuzzer = new Fuzzer(loaded, loaded.targets[name]!, new Xorshift(7), new Board());
  return { crash: await fuzzer.run([], Infinity, runs), fuzzer };
}

describe('the fuzzer', () => {
  it('finds a length that is believed, and the shortest input that has it', async () => {
    const { crash, fuzzer } = await fuzz('lyingLength');
    assert.match(crash?.error ?? '', /^RangeError: Offset is outside the bounds of the DataView/);
    assert.equal(crash?.input.length, 16);
    assert.ok(fuzzer.corpus.length >= 2, 'it got there step by step');
    const { blocks, entered } = totalOf(coverageOf(loaded!.blocks, fuzzer.features.entered(), ['test/fuzz/planted/']));
    assert.ok(entered > 0 && entered < blocks);
  });

  it('finds an allocation by the word of the input, before it is made', async () => {
    const { crash } = await fuzz('believedSize');
    assert.match(crash?.error ?? '', /bytes are allocated for one input/);
  });

  it('finds a promise that rejects', async () => {
    const { crash } = await fuzz('later');
    assert.match(crash?.error ?? '', /^TypeError: later/);
    assert.deepEqual(crash?.input, Uint8Array.of(11, 7));
  });

  it('finds nothing where there is nothing', async () => {
    assert.equal((await fuzz('right', 2000)).crash, null);
  });
});
