import { rmSync } from 'node:fs';
import { createChannelPair, openChannel, Queue } from '../../../src/index.ts';
import { createChannelFile, createSealedChannelFile, mapFile } from '../../../src/transport/node/index.ts';
import { exchangeAndClose, openBothEnds } from '../../support/queue-pairs.ts';
import type { TestFolder } from '../../support/test-folder.ts';
import type { Job } from '../job.ts';

/** Opens everything that there is, sends one packet through it, and closes it. */
export function opens(folder: TestFolder): Job {
  const path = folder.file('opens');
  return {
    name: 'opens and closes',
    async round(random) {
      createChannelFile(path, { ringBytes: 4096 << random.below(4) });
      await exchangeAndClose(...openBothEnds(path));
      const mapped = mapFile(path, { access: random.below(2) === 0 ? 'read' : 'write' });
      mapped.bytes[4000] = 1;
      if (random.below(4) > 0) mapped.close();
      rmSync(path);
      const sealed = createSealedChannelFile({ ringBytes: 4096 });
      await exchangeAndClose(...openBothEnds(sealed.path));
      sealed.close();
      const [ours, theirs] = createChannelPair({ ringBytes: 4096 });
      await exchangeAndClose(new Queue(openChannel(ours)), new Queue(openChannel(theirs)));
      return 3;
    },
  };
}
