import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { ROOT } from '../../scripts/project.ts';

/** What `npm pack` says of the package that it made. */
export interface Packed {
  /** The package, in a folder of its own that goes away when the tests of the file are over. */
  readonly tarball: string;
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** Packs the project as it would be published. It must have been built. */
export function pack(): Packed {
  const folder = mkdtempSync(join(tmpdir(), 'vmbus-ring-package-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const answer = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [packed] = JSON.parse(answer) as [{ filename: string; files: Packed['files'] }];
  return { tarball: join(folder, packed.filename), folder, files: packed.files };
}
