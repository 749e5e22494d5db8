import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createChannelPair, openChannel, Queue } from '../../../src/index.ts';
import {
  createChannelFile,
  createSealedChannelFile,
  mapFile,
  openChannelFile,
} from '../../../src/transport/node/index.ts';
import type { TestFolder } from '../../support/test-folder.ts';
import type { Job } from '../job.ts';

/** Opens everything that there is, sends one packet through it, and closes it. */
export function opens(folder: TestFolder): Job {
  const path = folder.file('opens');

  async function exchange(first: Queue, second: Queue): Promise<void> {
    const reading = first.read({ timeoutMs: 60_000 });
    second.tryWrite(Uint8Array.of(7));
    assert.equal((await reading).readAll()[0], 7);
    first.close();
    second.close();
  }

  const openFile = (file: string): Promise<void> =>
    exchange(new Queue(openChannelFile(file, { end: 0 })), new Queue(openChannelFile(file, { end: 1 })));

  return {
    name: 'opens and closes',
    async round(random) {
      createChannelFile(path, { ringBytes: 4096 << random.below(4) });
      await openFile(path);
      const mapped = mapFile(path, { access: random.below(2) === 0 ? 'read' : 'write' });
      mapped.bytes[4000] = 1;
      if (random.below(4) > 0) mapped.close();
      rmSync(path);
      const sealed = createSealedChannelFile({ ringBytes: 4096 });
      await openFile(sealed.path);
      sealed.close();
      const [ours, theirs] = createChannelPair({ ringBytes: 4096 });
      await exchange(new Queue(openChannel(ours)), new Queue(openChannel(theirs)));
      return 3;
    },
  };
}
