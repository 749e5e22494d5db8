import { describe, it } from 'node:test';
import { report } from './report.ts';
import { type Options, runRing } from './ring-runs.ts';

describe('every interleaving of', () => {
  for (const [name, writer, reader] of [
    ['3 packets', { packets: 3 }],
    ['3 packets, a ring with room for 2', { packets: 3, payloadBytes: 1344 }],
    ['3 packets, a ring with room for 1', { packets: 3, payloadBytes: 4000 }],
    ['3 packets, a ring with room for 2 that is full', { packets: 3, roomBytes: 72 }],
    ['3 packets, written in batches of 2', { packets: 3, payloadBytes: 1344, batch: 2 }, { packets: 3 }],
    ['3 packets, given back in batches of 2', { packets: 3, payloadBytes: 1344 }, { packets: 3, batch: 2 }],
    ['2 packets, by one call, a ring with room for 1', { packets: 2, direct: true, roomBytes: 40 }],
    ['3 packets, by one call', { packets: 3, direct: true }],
    [
      '2 packets, by one call of WebAssembly, a ring with room for 1',
      { packets: 2, direct: true, roomBytes: 40, kind: 'wasm' },
    ],
    ['2 packets, by one call, in bulk', { packets: 2, direct: true, roomBytes: 40, kind: 'bulk' }],
    ['2 packets, in pages, a ring with room for 1', { packets: 2, roomBytes: 40, kind: 'pages' }],
    ['2 packets, in memory of the user, a ring with room for 1', { packets: 2, roomBytes: 40, kind: 'general' }],
    ['3 packets, by one call, a ring with room for 2', { packets: 3, direct: true, roomBytes: 72 }],
    [
      '3 packets, by one call, of 13 bytes, across the end',
      { packets: 3, direct: true, payloadBytes: 13, roomBytes: 72 },
    ],
  ] as const satisfies readonly (readonly [string, Options, Options?])[]) {
    it(`${name}: all arrive, in order, nobody sleeps for ever, and no access is a race`, (t) => {
      report(t, runRing(writer, reader));
    });
  }
});
