import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Counterexample } from './explore.ts';
import { FAULTS } from './planted.ts';
import { report } from './report.ts';
import { type BeforeSleep, type Options, runRing } from './ring-runs.ts';

// The library's own ends, over the window of a FlatRingMem, in every order that their accesses to control words can have, with no bound on
// preemptions. What takes longer is in rings.interleavings.ts.

/** The first two fill the ring, the third one has to wait for room, and its footer comes to lie where the first one's header was. */
const NEARLY_FULL = { packets: 3, payloadBytes: 1344 } as const satisfies Options;

describe('every interleaving of', () => {
  for (const [name, options] of [
    ['1 packet', { packets: 1 }],
    ['2 packets', { packets: 2 }],
    ['4 packets in batches of 2', { packets: 4, batch: 2 }],
    ['2 packets, a ring with room for 1', { packets: 2, roomBytes: 40 }],
    ['1 packet, by one call', { packets: 1, direct: true, payloadBytes: 13 }],
    ['2 packets, by WebAssembly', { packets: 2, kind: 'wasm' }],
    ['1 packet, by one call of WebAssembly', { packets: 1, direct: true, payloadBytes: 13, kind: 'wasm' }],
  ] as const satisfies readonly (readonly [string, Options])[]) {
    it(`${name}: all arrive, in order, nobody sleeps for ever, and no access is a race`, (t) => {
      report(t, runRing(options));
    });
  }
});

describe('a planted fault is found:', () => {
  for (const fault of FAULTS) {
    it(fault.name, () => {
      const { kind, found, byOneCall } = fault;
      if (kind === undefined) assert.throws(() => runRing({ ...NEARLY_FULL, fault }), isCounterexample(found));
      if (!byOneCall) return;
      const small = { packets: 2, direct: true, fault, kind: kind ?? 'javascript' } as const;
      assert.throws(() => runRing(kind === undefined ? { ...small, roomBytes: 40 } : small), isCounterexample(found));
    });
  }

  for (const side of ['writer', 'reader'] as const) {
    for (const beforeSleep of ['look, ask', 'ask', 'look'] as const satisfies readonly BeforeSleep[]) {
      it(`the ${side} does '${beforeSleep}' before it sleeps, and not 'ask, look'`, () => {
        const wrong = { ...NEARLY_FULL, beforeSleep };
        const found = isCounterexample(/sleep for ever/);
        if (side === 'writer') assert.throws(() => runRing(wrong, NEARLY_FULL), found);
        else assert.throws(() => runRing(NEARLY_FULL, wrong), found);
      });
    }
  }
});

function isCounterexample(found: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Counterexample && found.test(error.message);
}
