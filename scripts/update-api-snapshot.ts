// Writes the snapshots of the public API anew, from dist/: `npm run api`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderSnapshots, SNAPSHOT_FOLDER } from './api-snapshot.ts';

const snapshots = await renderSnapshots();
rmSync(SNAPSHOT_FOLDER, { recursive: true, force: true });
mkdirSync(SNAPSHOT_FOLDER, { recursive: true });
for (const [file, text] of snapshots) writeFileSync(join(SNAPSHOT_FOLDER, file), text);
console.log(`${snapshots.size} snapshots written to test/house/api/`);
