import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { ChannelImage } from '../../src/inspect/index.ts';

const FOLDER = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'vmbus-ring-cli-'));
after(() => rmSync(FOLDER, { recursive: true }));

let count = 0;

/** Where there is no file yet: in memory, if possible. */
export function freePath(): string {
  return join(FOLDER, `channel-${count++}`);
}

/** The channel's file as it is now; `null` while it is not there. */
export function imageAt(path: string): ChannelImage | null {
  if (!existsSync(path)) return null;
  const image = ChannelImage.of(readFileSync(path));
  return image instanceof ChannelImage ? image : null;
}
