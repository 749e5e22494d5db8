import assert from 'node:assert/strict';
import { before, describe, it, type TestContext } from 'node:test';
import { LITMUS } from './litmus.ts';
import { readFolder } from './setup.ts';
import { BEYOND, ENOUGH, type Variant, WEAKER } from './variants.ts';
import { Verifier } from './verifier.ts';

// spin goes through all executions of a model of the ring, in a memory as weak as docs/weak-memory.md says.

const TWO_AT_A_TIME = { concurrency: 2 } as const;

const folder = readFolder();

async function expectOutcome(verifier: Verifier, { choices, finds, sleeper }: Variant, t: TestContext) {
  const began = performance.now();
  const { kind, states, steps, unreached } = await verifier.verify(choices, true);
  t.diagnostic(
    `${kind ?? 'nothing goes wrong'}: ${states} states, ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  assert.equal(kind, finds, steps.join('\n'));
  if (sleeper !== undefined) {
    const last = steps.findLast((step) => step.startsWith(`${sleeper}: `));
    assert.match(last ?? '', /sleeps/, steps.join('\n'));
  }
  return unreached;
}

describe('the memory of the model', TWO_AT_A_TIME, () => {
  let verifier: Verifier;
  before(async () => {
    verifier = await Verifier.build(folder, 'litmus.pml');
  });

  for (const { name, choices, isAllowed } of LITMUS) {
    it(`${isAllowed ? 'allows' : 'forbids'} ${name}`, async () => {
      const { kind } = await verifier.verify(choices);
      assert.equal(kind, isAllowed ? 'the outcome in question' : null);
    });
  }
});

describe('the ring', () => {
  let verifier: Verifier;
  before(async () => {
    verifier = await Verifier.build(folder, 'ring.pml');
  });

  /** Steps that no execution of what is enough has had so far. */
  let unreached: ReadonlySet<string> | null = null;

  describe('enough:', TWO_AT_A_TIME, () => {
    for (const variant of ENOUGH) {
      it(`${variant.name}: all packets arrive, in order, and nobody sleeps for ever`, async (t) => {
        const found = new Set(await expectOutcome(verifier, variant, t));
        unreached = new Set([...found].filter((statement) => unreached?.has(statement) ?? true));
      });
    }
  });

  it('does in some of these executions whatever the model has it do', () => {
    assert.ok(unreached !== null);
    assert.deepEqual(
      [...unreached].filter((statement) => statement.includes('"printf(')),
      [],
    );
  });

  describe('needed: weaker is', TWO_AT_A_TIME, () => {
    for (const variant of [...WEAKER, ...BEYOND]) {
      it(`${variant.name}: ${variant.finds}`, async (t) => {
        await expectOutcome(verifier, variant, t);
      });
    }
  });
});
