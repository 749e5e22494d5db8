import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { RequestChannel } from '../../../src/index.ts';
import { createChannelFile, openChannelFile } from '../../../src/transport/node/index.ts';
import { messageOf } from '../../processes/programs/messages.ts';
import { end, kill, startProgram } from '../../support/child.ts';
import type { TestFolder } from '../../support/test-folder.ts';
import type { Job } from '../job.ts';

const SERVER = new URL('../programs/server.ts', import.meta.url);

const HANG_MS = 60_000;

/** Calls to a process that answers them, which then ends, or is killed with calls in flight. */
export function serverProcess(folder: TestFolder): Job {
  const path = folder.file('server');
  let child: ChildProcess | null = null;

  async function callAll(client: RequestChannel, calls: number): Promise<void> {
    for (let number = 0; number < calls; number += 8) {
      const asked = Array.from({ length: 8 }, (_, i) => messageOf(number + i));
      const answers = await Promise.all(asked.map((message) => client.call(message, { timeoutMs: HANG_MS })));
      for (const [i, answer] of answers.entries()) assert.deepEqual(answer, asked[i]!.toReversed());
    }
  }

  return {
    name: 'a process that answers',
    async round(random) {
      createChannelFile(path, { ringBytes: 65_536 });
      const client = new RequestChannel(openChannelFile(path, { end: 0 }));
      child = startProgram(SERVER, [path], 'inherit');
      const calls = 8 * (1 + random.below(60));
      await callAll(client, calls);
      if (random.below(2) === 0) {
        const codes = Array.from({ length: 20 }, () =>
          client.call(messageOf(1)).then(
            () => null,
            (error: { code: string }) => error.code,
          ),
        );
        await kill(child);
        for (const code of await Promise.all(codes)) assert.ok(code === null || code === 'PeerDied', String(code));
        client.close();
      } else {
        client.close();
        await end(child);
        assert.equal(child.exitCode, 0);
      }
      rmSync(path);
      return calls;
    },
    async end() {
      if (child !== null) await kill(child);
    },
  };
}
