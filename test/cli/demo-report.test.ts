import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reportText } from '../../src/cli/demo/report.ts';
import type { DemoRun } from '../../src/cli/demo/run.ts';
import { type ChannelInspection, connectedQueues } from '../../src/index.ts';
import { RingImage } from '../../src/inspect/index.ts';

/** An end that has sent one packet. */
function inspection(): ChannelInspection {
  const [queue] = connectedQueues({ ringBytes: 4096 });
  queue.tryWrite(Uint8Array.of(1));
  return queue.inspect();
}

/** What is said of a run that read `bytes` bytes in one second. */
function textOf(bytes: number, completionsOutOfOrder = 0, path = 'disk'): string {
  const ring = new RingImage(new Uint8Array(8192));
  const run: DemoRun = {
    disk: { path, bytes },
    fileSha256: 'ab',
    guest: { sha256: 'ab', elapsedMs: 1000, completionsOutOfOrder, channel: inspection() },
    host: { channel: inspection() },
    guestToHost: ring,
    hostToGuest: ring,
  };
  return [...reportText(run, (_role, text) => text)].join('\n');
}

describe('the report of a run', () => {
  for (const [bytes, rate] of [
    [999, '999 B/s'],
    [1000, '1.0 KB/s'],
    [999_900, '999.9 KB/s'],
    [1_000_000, '1.0 MB/s'],
    [2_340_000_000, '2.34 GB/s'],
  ] as const) {
    it(`has a rate that says something: ${rate}`, () => {
      assert.ok(textOf(bytes).includes(`1.00 s: ${rate}, 2 packets/s\n`), textOf(bytes));
    });
  }

  it('speaks of completions out of order where there were any', () => {
    assert.doesNotMatch(textOf(1), /later request/);
    assert.match(textOf(1, 1234), /^1,234 completions came after that of a later request$/m);
  });

  it('names the file without what a terminal would obey', () => {
    assert.ok(textOf(1, 0, '\u001b[2J\u009b').startsWith('read     \\u{1b}[2J\\u{9b}, 1 bytes'));
  });
});
