import assert from 'node:assert/strict';
import { openSync, ftruncateSync, closeSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Queue } from '../../src/index.ts';
import { type ChannelReport, inspectChannelImage } from '../../src/inspect/index.ts';
import { createChannelFile, openChannelFile } from '../../src/transport/node/index.ts';
import { freePath } from './channel-path.ts';
import { runCommand } from './run-command.ts';

/** A channel that this process has open, with three packets in ring 0 and one that was read in ring 1. */
async function liveChannel(): Promise<{ readonly path: string; readonly close: () => void }> {
  const path = freePath();
  createChannelFile(path, { ringBytes: [8192, 4096] });
  const [ours, theirs] = ([0, 1] as const).map((end) => new Queue(openChannelFile(path, { end }))) as [Queue, Queue];
  for (const byte of [1, 2, 3]) await ours.write(Uint8Array.of(byte));
  await theirs.write(Uint8Array.of(4));
  (await ours.read()).release();
  const close = (): void => {
    ours.close();
    theirs.close();
  };
  return { path, close };
}

describe('inspect, of the file of a channel', () => {
  it('shows both rings while others use them, and changes nothing', async () => {
    const { path, close } = await liveChannel();
    const before = readFileSync(path);
    const json = runCommand(['inspect', '--json', '--history', path]);
    const text = runCommand(['inspect', path]);
    const piped = runCommand(['inspect', '--json', '--history', '-'], before);
    assert.deepEqual(readFileSync(path), before);
    close();
    assert.deepEqual([json.exitCode, json.stderr], [0, '']);
    const report = JSON.parse(json.stdout) as ChannelReport;
    assert.equal(JSON.stringify(report), JSON.stringify(inspectChannelImage(before, { history: true })));
    assert.deepEqual(report.ends, [
      { state: 'open', process: process.pid },
      { state: 'open', process: process.pid },
    ]);
    assert.deepEqual(
      report.rings.map(({ produced, consumed, ring }) => [produced?.packets, consumed?.packets, ring.packets.length]),
      [
        ['3', '0', 3],
        ['1', '1', 0],
      ],
    );
    assert.equal(report.rings[1]?.ring.history?.length, 1);
    assert.deepEqual(piped, json);
    assert.equal(text.exitCode, 0);
    assert.match(text.stdout, /^channel [0-9a-f]{32}\n {2}end 0 {2}open, process \d+\n/);
    assert.match(
      text.stdout,
      /\nring 0: from end 0 to end 1\n {2}written 3 packets, 96 bytes since the file was made\n/,
    );
    assert.match(text.stdout, /\nring of 8192 bytes\n[^]*\nring of 4096 bytes\n/);
  });

  it('ends with exit code 1 if either ring is corrupt', async () => {
    const { path, close } = await liveChannel();
    close();
    const bytes = readFileSync(path);
    for (const control of [4096, 4096 + 4096 + 8192]) {
      const corrupt = Buffer.from(bytes);
      corrupt.writeUInt32LE(5, control);
      writeFileSync(path, corrupt);
      const { exitCode, stdout } = runCommand(['inspect', path]);
      assert.equal(exitCode, 1);
      assert.match(stdout, /\nerror: InvalidRingPointer: /);
    }
  });

  it('refuses one with a header that is not right', async () => {
    const { path, close } = await liveChannel();
    close();
    truncateSync(path, 16384);
    assert.match(runCommand(['inspect', path]).stderr, /^vmbus-ring: \S+: this is no channel's file: 16384 bytes, /);
    truncateSync(path, 24576);
    const descriptor = openSync(path, 'r+');
    ftruncateSync(descriptor, 3 * 2 ** 30);
    closeSync(descriptor);
    const { exitCode, stdout, stderr } = runCommand(['inspect', path]);
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.match(stderr, /^vmbus-ring: \S+: 3221225472 bytes or more; /);
  });
});
