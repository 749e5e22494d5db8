import { describe, it } from 'node:test';
import { type ChannelRun, runChannel } from './channel-runs.ts';
import { report } from './report.ts';

// Queues over the library's own channels, doorbells and waits, blocking ones and promises, as in rings.test.ts. What takes longer is in
// channels.interleavings.ts.

describe('every interleaving of two threads of which', () => {
  for (const [name, run] of [
    ['one sends and one receives, blocking', { traffic: 'stream', packets: 1, calls: 'blocking' }],
    ['one sends and one receives, by promises', { traffic: 'stream', packets: 1, calls: 'promises' }],
    ['one sends and one receives, by batches', { traffic: 'stream', packets: 1, calls: 'batches' }],
    ['one sends and one receives, by WebAssembly', { traffic: 'stream', packets: 1, calls: 'into', kind: 'wasm' }],
    ['one sends and one receives, in bulk', { traffic: 'stream', packets: 1, calls: 'into', kind: 'bulk' }],
    ['one sends and one receives, in pages', { traffic: 'stream', packets: 1, calls: 'into', kind: 'pages' }],
    [
      'one sends and one receives, in memory of the user',
      { traffic: 'stream', packets: 1, calls: 'blocking', kind: 'general' },
    ],
    ['one sends to who has closed its end', { traffic: 'leave', packets: 1, calls: 'blocking' }],
    [
      'one waits for room at who has closed its end',
      { traffic: 'leave', packets: 1, calls: 'promises', roomBytes: 24 },
    ],
  ] as const satisfies readonly (readonly [string, ChannelRun])[]) {
    it(`${name}: nobody sleeps for ever, and all is as it should be`, (t) => report(t, runChannel(run)));
  }
});
