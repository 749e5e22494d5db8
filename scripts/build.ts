// Builds dist/ anew: `node scripts/build.ts`. One compiler run, no bundler: a module in src/ is a module in dist/.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, ROOT, TSC } from './project.ts';

rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
const { status, error } = spawnSync(process.execPath, [TSC, '-p', 'tsconfig.build.json'], {
  cwd: ROOT,
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (error !== undefined) throw error;
// The compiler keeps the first line `#!/usr/bin/env node`, but not the right to execute.
for (const command of Object.values(readManifest().bin)) {
  const path = join(ROOT, command);
  if (existsSync(path)) chmodSync(path, 0o755);
}
process.exitCode = status ?? 1;
