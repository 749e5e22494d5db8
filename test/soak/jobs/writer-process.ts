import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from '../../../src/index.ts';
import { createChannelFile, openChannelFile } from '../../../src/transport/node/index.ts';
import { Program } from '../../processes/program.ts';
import { numberOf } from '../../processes/programs/messages.ts';
import type { TestFolder } from '../../support/test-folder.ts';
import type { Job } from '../job.ts';

/** One channel for the whole time: processes write numbered messages to it, and are killed one after the other. */
export function writerProcess(folder: TestFolder): Job {
  const path = folder.file('writer');
  createChannelFile(path, { ringBytes: 16_384 });
  const queue = new Queue(openChannelFile(path, { end: 1, outlivesPeer: true }));
  let writer: Program | null = null;
  let expected = 0;

  /** All that is there now. */
  function take(): number {
    let taken = 0;
    for (let packet = queue.tryRead(); packet !== null && taken < 2000; packet = queue.tryRead(), taken++) {
      assert.equal(numberOf(packet.readAll()), expected++);
    }
    queue.reader.release();
    return taken;
  }

  return {
    name: 'a process that writes',
    async round(random) {
      writer = new Program('writer.ts', [path, random.below(2) === 0 ? 'sync' : 'async', '4'], folder.file('output'));
      await writer.begun();
      let packets = 0;
      for (let i = random.below(20); i >= 0; i--) {
        packets += take();
        await sleep(10);
      }
      const ended = once(writer.child, 'close');
      await writer.kill();
      await ended;
      for (let taken = take(); taken > 0; taken = take()) packets += taken;
      return packets;
    },
    async end() {
      await writer?.kill();
      queue.close();
    },
  };
}
