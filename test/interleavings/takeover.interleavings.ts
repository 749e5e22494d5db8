import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Channel } from '../../src/index.ts';
import { Counterexample } from './explore.ts';
import { report } from './report.ts';
import { runTakeover, type Takeover } from './takeover.ts';

// A channel in a file, with the library's own counters, signals and sleeps (futexes), between two processes, one of which is killed before any
// one of its steps. Another one takes its end over, and goes on where the file says that it was.

describe('every interleaving of two processes', () => {
  for (const [name, takeover] of [
    ['by 1 interruption, both of which live', { packets: 3, killed: null, preemptions: 1 }],
    ['the writer of which is killed, by 1 interruption', { packets: 1, killed: 0, preemptions: 1 }],
    ['the reader of which is killed, by 1 interruption', { packets: 1, killed: 1, preemptions: 1 }],
    ['both of which are killed, by none', { packets: 2, killed: 'either', preemptions: 0 }],
    [
      'the writer of which waits for room and is killed, by 1 interruption',
      { packets: 2, killed: 0, roomBytes: 24, preemptions: 1 },
    ],
    [
      'the reader of which is killed, and the writer waits for room, by 1 interruption',
      { packets: 2, killed: 1, roomBytes: 24, preemptions: 1 },
    ],
    [
      'the writer of which is killed, with WebAssembly, by none',
      { packets: 2, killed: 0, kind: 'wasm', preemptions: 0 },
    ],
  ] as const satisfies readonly (readonly [string, Takeover])[]) {
    it(`${name}: each packet arrives once, in order, and nobody sleeps for ever`, (t) =>
      report(t, runTakeover(takeover)));
  }
});

describe('a planted fault of who is killed is found:', () => {
  for (const [name, fault, killed, found] of [
    [
      'packets are counted after they are published',
      countTooLate,
      0,
      /another packet|produced|consumed|sleep for ever/,
    ],
    [
      'packets are counted after they are given back',
      countTooLate,
      1,
      /another packet|produced|consumed|sleep for ever/,
    ],
  ] as const satisfies readonly (readonly [string, (channel: Channel) => void, 0 | 1, RegExp])[]) {
    it(name, () => {
      assert.throws(
        () => runTakeover({ packets: 2, killed, preemptions: 1, fault }),
        (error) => error instanceof Counterexample && found.test(error.message),
      );
    });
  }
});

/** What is told before a commit is written down after the next one. */
function countTooLate(channel: Channel): void {
  const log = channel.commitLog!;
  const late: (() => void)[] = [];
  const later = (count: () => void): void => {
    late.shift()?.();
    late.push(count);
  };
  channel.commitLog = {
    reads: (packets, bytes) => later(() => log.reads(packets, bytes)),
    writes: (packets, bytes) => later(() => log.writes(packets, bytes)),
  };
}
