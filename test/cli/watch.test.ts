import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { frameLines } from '../../src/cli/watch/frame.ts';
import { LiveRing } from '../../src/cli/watch/live-ring.ts';
import { rateOf } from '../../src/cli/watch/sample.ts';
import { Screen } from '../../src/cli/watch/screen.ts';
import { Queue } from '../../src/index.ts';
import { createChannelFile, openChannelFile } from '../../src/transport/node/index.ts';
import { vectorPath } from '../support/vectors.ts';
import { freePath, imageAt } from './channel-path.ts';
import { runCommand } from './run-command.ts';
import { startCommand } from './start-command.ts';

const plain = (_role: string, text: string): string => text;

interface JsonLine {
  readonly ends: readonly { readonly state: string; readonly process: number; readonly held: boolean }[] | null;
  readonly rings: readonly {
    readonly size: number;
    readonly used: number | null;
    readonly produced: { readonly packets: string } | null;
    readonly perSecond: { readonly produced: { readonly packets: number } | null };
    readonly lastPackets: readonly { readonly offset: number }[];
  }[];
}

/** A channel of which this process has end 0, with two packets in its ring. */
function channelInUse(): { readonly path: string; readonly queue: Queue } {
  const path = freePath();
  createChannelFile(path, { ringBytes: 8192 });
  const queue = new Queue(openChannelFile(path, { end: 0 }));
  for (const byte of [1, 2]) queue.tryWrite(Uint8Array.of(byte));
  return { path, queue };
}

describe('vmbus-ring watch', () => {
  it('prints a line or a document each time, and changes nothing', () => {
    const { path, queue } = channelInUse();
    const before = readFileSync(path);
    const json = runCommand(['watch', '--json', '--count', '3', '--interval', '10', path]);
    const text = runCommand(['watch', '--count', '2', '--interval', '10', path]);
    assert.deepEqual(readFileSync(path), before);
    queue.close();
    assert.deepEqual([json.exitCode, json.stderr, text.exitCode, text.stderr], [0, '', 0, '']);
    const lines = json.stdout.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    const [first, last] = [lines[0]!, lines[2]!].map((line) => JSON.parse(line) as JsonLine);
    assert.deepEqual(first?.ends, [
      { state: 'open', process: process.pid, held: true },
      { state: 'unopened', process: 0, held: false },
    ]);
    assert.deepEqual(
      first?.rings.map((ring) => [ring.size, ring.used, ring.produced?.packets, ring.lastPackets.length]),
      [
        [8192, 64, '2', 2],
        [8192, 0, '0', 0],
      ],
    );
    assert.equal(first?.rings[0]?.perSecond.produced, null);
    assert.equal(last?.rings[0]?.perSecond.produced?.packets, 0);
    assert.match(text.stdout, /^(\S+Z {2}ring 0: 0\.8% full, [^\n]*\| {2}ring 1: 0\.0% full, [^\n]*\n){2}$/);
  });

  it('takes the image of a ring', () => {
    const { exitCode, stdout } = runCommand(['watch', '--json', '--count', '1', vectorPath('linux-64k-wrapped.ring')]);
    assert.equal(exitCode, 0);
    const { ends, rings } = JSON.parse(stdout) as JsonLine;
    assert.equal(ends, null);
    assert.deepEqual([rings.length, rings[0]?.size, rings[0]?.produced], [1, 65536, null]);
    assert.equal(rings[0]?.lastPackets.length, 8);
  });

  for (const [what, change, reason] of [
    ['is removed', (path: string) => rmSync(path), /: was removed\n$/],
    [
      'is replaced',
      (path: string) => {
        copyFileSync(path, `${path}.new`);
        renameSync(`${path}.new`, path);
      },
      /: was removed\n$/,
    ],
    ['is cut short', (path: string) => truncateSync(path, 8192), /: its size has changed, to 8192 bytes\n$/],
  ] as const) {
    it(`ends with exit code 1 when the file ${what}`, async () => {
      const path = freePath();
      createChannelFile(path, { ringBytes: 4096 });
      const { child, ended } = startCommand(['watch', '--interval', '10', path], new Uint8Array(0));
      await once(child.stdout, 'data');
      change(path);
      const { exitCode, stderr } = await ended;
      assert.match(stderr, reason);
      assert.equal(exitCode, 1);
    });
  }

  it('ends by Ctrl-C with exit code 130', async () => {
    const { path, queue } = channelInUse();
    const { child, ended } = startCommand(['watch', path], new Uint8Array(0));
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { exitCode, stderr } = await ended;
    queue.close();
    assert.deepEqual([exitCode, stderr], [130, 'vmbus-ring: interrupted by SIGINT\n']);
  });

  it('refuses what is no ring with exit code 2', () => {
    const path = freePath();
    writeFileSync(path, 'short');
    for (const [bad, reason] of [
      [path, /: 5 bytes; an image is /],
      [freePath(), /: no such file or directory\n$/],
      ['/dev/null', /: is no file\n$/],
      ['\u001b[31m', /^vmbus-ring: \\u\{1b\}\[31m: no such file/],
    ] as const) {
      const { exitCode, stdout, stderr } = runCommand(['watch', bad]);
      assert.match(stderr, reason);
      assert.deepEqual([exitCode, stdout], [2, '']);
    }
  });
});

describe('what watch draws', () => {
  it('has ends, fill, rates and packets', async () => {
    const { path, queue } = channelInUse();
    const peer = new Queue(openChannelFile(path, { end: 1 }));
    const ring = new LiveRing(path);
    const before = ring.sample(8);
    (await peer.read()).release();
    queue.tryWrite(Uint8Array.of(3));
    const now = { ...ring.sample(8), timeMs: before.timeMs + 500 };
    assert.deepEqual(rateOf(now, before, 0, 'produced'), { packets: 2, bytes: 64 });
    assert.deepEqual(rateOf(now, before, 0, 'consumed'), { packets: 2, bytes: 64 });
    const lines = [...frameLines(now, before, plain)];
    const text = lines.join('\n');
    for (const line of lines) assert.match(line, /^[ -~]*$/);
    assert.match(text, new RegExp(`^end 0 {3}open, process ${process.pid}, alive$`, 'm'));
    assert.match(text, /^ {2}\[\.{30}\] +0\.8% {2}64 used, 8,120 free$/m);
    assert.match(text, /^ {2}written 3 packets, 96 B +2 packets\/s, 64 B\/s$/m);
    assert.match(text, /^ {2}0x00000000 {2}in-band .* read$/m);
    assert.equal(text.match(/in the ring$/gm)?.length, 2);
    peer.close();
    queue.close();
    assert.match([...frameLines(ring.sample(0), now, plain)].join('\n'), /^end 1 {3}closed; process \d+ had it$/m);
    ring.close();
  });

  it('says that nobody has an end any more that was never closed', () => {
    const { path, queue } = channelInUse();
    const bytes = readFileSync(path);
    queue.close();
    writeFileSync(path, bytes);
    const ring = new LiveRing(path);
    const text = [...frameLines(ring.sample(0), null, plain)].join('\n');
    assert.match(text, /^end 0 {3}process \d+ is gone, and did not close it$/m);
    assert.match(text, /^end 1 {3}nobody has come yet$/m);
    ring.close();
  });

  it('has the last packets of a ring of which only a part is read, around its end as well', async () => {
    const path = freePath();
    createChannelFile(path, { ringBytes: 131072 });
    const [ours, theirs] = ([0, 1] as const).map((end) => new Queue(openChannelFile(path, { end }))) as [Queue, Queue];
    const ring = new LiveRing(path);
    let wrapped = 0;
    for (let i = 0; i < 40; i++) {
      await ours.write(new Uint8Array(9000).fill(i));
      const { lastPackets } = ring.sample(4).rings[0]!;
      assert.deepEqual(lastPackets, imageAt(path)!.rings[0].lastPackets(4));
      assert.equal(lastPackets.length, Math.min(i + 1, 4));
      if (lastPackets.at(-1)!.offset < lastPackets[0]!.offset) wrapped++;
      (await theirs.read()).release();
    }
    assert.ok(wrapped > 3);
    ring.close();
    ours.close();
    theirs.close();
  });

  it('fits the screen, and gives it back once', () => {
    const written: string[] = [];
    const output = { columns: 10, rows: 2, write: (text: string) => written.push(text) };
    const screen = new Screen(output as unknown as NodeJS.WriteStream);
    screen.open();
    screen.draw(['\u001b[1mbold and long\u001b[22m', 'short', 'too many']);
    screen.close();
    screen.close();
    assert.deepEqual(written, [
      '\u001b[?1049h\u001b[?25l',
      '\u001b[Hbold and l\u001b[K\r\nshort\u001b[K\u001b[J',
      '\u001b[?25h\u001b[?1049l',
    ]);
  });
});
