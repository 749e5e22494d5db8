import { describe, it } from 'node:test';
import { type ChannelRun, runChannel } from './channel-runs.ts';
import { report } from './report.ts';

// As channels.test.ts; where all of it would take too long, all that two or three interruptions can bring about.

describe('every interleaving of two threads of which', () => {
  for (const [name, run] of [
    ['one sends 2 packets, blocking', { traffic: 'stream', packets: 2, calls: 'blocking' }],
    ['one sends 2 packets, by promises', { traffic: 'stream', packets: 2, calls: 'promises' }],
    ['one sends 2 packets, by batches', { traffic: 'stream', packets: 2, calls: 'batches' }],
    [
      'one sends a packet for which there is no room, blocking',
      { traffic: 'stream', packets: 1, calls: 'blocking', roomBytes: 24 },
    ],
    [
      'one sends a packet for which there is no room, by promises',
      { traffic: 'stream', packets: 1, calls: 'promises', roomBytes: 24 },
    ],
    [
      'one sends a packet for which there is no room, by WebAssembly',
      { traffic: 'stream', packets: 1, calls: 'into', roomBytes: 24, kind: 'wasm' },
    ],
    ['each sends back what came, once', { traffic: 'echo', packets: 1, calls: 'blocking' }],
    [
      'each sends back what came, 3 times, by 2 interruptions',
      { traffic: 'echo', packets: 3, calls: 'blocking', preemptions: 2 },
    ],
    [
      'each sends back what came, 3 times, promised, by 2 interruptions',
      { traffic: 'echo', packets: 3, calls: 'promises', preemptions: 2 },
    ],
    [
      'both send 3 and receive 3, by 2 interruptions',
      { traffic: 'both', packets: 3, calls: 'blocking', preemptions: 2 },
    ],
    [
      'both send 3 and receive 3, by promises, by 2 interruptions',
      { traffic: 'both', packets: 3, calls: 'promises', preemptions: 2 },
    ],
    [
      'both send 3 and receive 3, in batches, taken back once, by 3 interruptions',
      { traffic: 'both', packets: 3, calls: 'batches', preemptions: 3 },
    ],
    ['one closes its end, by 3 interruptions', { traffic: 'close', packets: 1, calls: 'blocking', preemptions: 3 }],
    [
      'one closes its end, by promises, by 3 interruptions',
      { traffic: 'close', packets: 1, calls: 'promises', preemptions: 3 },
    ],
    [
      'one closes its end, of 3 packets, by 2 interruptions',
      { traffic: 'close', packets: 3, calls: 'into', preemptions: 2 },
    ],
  ] as const satisfies readonly (readonly [string, ChannelRun])[]) {
    it(`${name}: nobody sleeps for ever, and all is as it should be`, (t) => report(t, runChannel(run)));
  }
});
