import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A folder in memory for the files of one suite. */
export class TestFolder {
  readonly path: string = mkdtempSync('/dev/shm/vmbus-ring-test-');

  file(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
