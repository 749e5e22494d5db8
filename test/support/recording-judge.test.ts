import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Access, DataAccess, Side, WordName } from './recording.ts';
import { OrderJudge } from './recording-judge.ts';

// The judge of the recorded rings has to go red on each wrong order, or its green says nothing.

const SIZE = 4096;

function control(side: Side, op: 'load' | 'store', word: WordName, value: number): Access {
  return { at: 'control', side, op, word, value };
}

function data(side: Side, op: DataAccess['op'], offset: number, bytes: number): Access {
  return { at: 'data', side, op, offset, bytes };
}

const LOAD_OUT = control('writer', 'load', 'out', 0);
const STORE_PACKET = data('writer', 'store', 0, 24);
const STORE_IN = control('writer', 'store', 'in', 24);
const LOAD_IN = control('reader', 'load', 'in', 24);
const LOAD_PACKET = data('reader', 'load', 0, 24);
const STORE_OUT = control('reader', 'store', 'out', 24);

/** One packet on its way, as it has to be. */
const RIGHT = [LOAD_OUT, STORE_PACKET, STORE_IN, LOAD_IN, LOAD_PACKET, STORE_OUT];

const WRONG: readonly (readonly [what: string, accesses: readonly Access[], reason: RegExp])[] = [
  ['in before the packet', [LOAD_OUT, STORE_IN, STORE_PACKET], /byte 0 was published before it was stored/],
  [
    'in before the footer',
    [LOAD_OUT, data('writer', 'store', 0, 16), STORE_IN],
    /byte 16 was published before it was stored/,
  ],
  [
    'in twice, over the same bytes',
    [...RIGHT.slice(0, 3), control('writer', 'store', 'in', 48)],
    /byte 24 was published before it was stored/,
  ],
  ['data before out was looked at', [STORE_PACKET], /data was stored before out was loaded/],
  [
    'more data than is known to be free',
    [LOAD_OUT, data('writer', 'store', 0, SIZE)],
    /stored before they were known to be free/,
  ],
  ['data before in was looked at', [...RIGHT.slice(0, 3), LOAD_PACKET], /data was loaded before in was/],
  [
    'data that was not there when in was looked at',
    [control('reader', 'load', 'in', 0), ...RIGHT.slice(0, 3), LOAD_PACKET],
    /loaded before they were known to be there, or after/,
  ],
  ['data after it was given back', [...RIGHT, LOAD_PACKET], /loaded before they were known to be there, or after/],
  ['out before in was looked at', [...RIGHT.slice(0, 3), STORE_OUT], /out was stored before in was loaded/],
  [
    'out past what is known to be there',
    [...RIGHT.slice(0, 5), control('reader', 'store', 'out', 48)],
    /more was given back than was there/,
  ],
  ["the reader's word, by the writer", [control('writer', 'store', 'out', 0)], /out was stored by the writer/],
  ["the writer's word, by the reader", [control('reader', 'store', 'in', 0)], /in was stored by the reader/],
  ['data, by the reader', [LOAD_IN, data('reader', 'store', 0, 8)], /the reader stored 8 bytes at 0/],
  ['a look at data, by the writer', [LOAD_OUT, data('writer', 'load', 0, 8)], /the writer loaded 8 bytes at 0/],
];

describe('the judge of recordings', () => {
  it('lets the right order pass', () => {
    new OrderJudge(SIZE, 0).check(RIGHT);
  });

  for (const [what, accesses, reason] of WRONG) {
    it(`goes red on a wrong one: ${what}`, () => {
      assert.throws(() => new OrderJudge(SIZE, 0).check(accesses), { name: 'AssertionError', message: reason });
    });
  }
});
