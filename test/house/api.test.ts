import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderSnapshots, SNAPSHOT_FOLDER } from '../../scripts/api-snapshot.ts';
import { libraryEntries } from '../../scripts/project.ts';
import { publicApi, runtimeExports } from '../../scripts/public-api.ts';
import { lineDiff } from './line-diff.ts';

const snapshots = await renderSnapshots();

test('there is one snapshot for each entry, and no other', () => {
  const stored = existsSync(SNAPSHOT_FOLDER) ? readdirSync(SNAPSHOT_FOLDER) : [];
  assert.deepEqual(stored.toSorted(), [...snapshots.keys()].toSorted());
});

for (const [file, actual] of snapshots) {
  test(`the public API is what api/${file} says`, () => {
    const path = join(SNAPSHOT_FOLDER, file);
    const expected = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const diff = lineDiff(expected, actual);
    if (diff !== '') {
      assert.fail(`the public API changed. If that is meant: npm run api, and tell it in CHANGELOG.md.\n\n${diff}\n`);
    }
  });
}

for (const entry of libraryEntries()) {
  test(`${entry.specifier}: types and code export the same names`, async () => {
    const declared = publicApi(entry)
      .filter(({ isValue }) => isValue)
      .map(({ name }) => name);
    const exported = [...(await runtimeExports(entry)).keys()].toSorted();
    assert.deepEqual(declared, exported);
    assert.ok(declared.length > 0);
  });
}
