import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/project.ts';
import { complaints, type FileRecord, type MutationRecord, readRecord, recordOf, scoreOf } from './record.ts';
import type { Mutant } from './run-stryker.ts';
import { chooseWindows } from './sample.ts';

const FILE = 'src/wire/unsigned.ts';

/** A file of which so many mutants have which status. */
function counted(counts: Readonly<Record<string, number>>): MutationRecord {
  return { [FILE]: { sha256: '', counts, survivors: [] } };
}

/** The first return of that file, and what became of its mutant. */
function mutant(status: string, replacement = 'true'): Mutant {
  const lines = readFileSync(join(ROOT, FILE), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes('return ')) + 1;
  const column = lines[line - 1]!.indexOf('return ') + 8;
  const place = { line, column, endLine: line, endColumn: column + 13 };
  return { file: FILE, ...place, mutator: 'ConditionalExpression', replacement, status };
}

test('whatever was not killed counts against the score', () => {
  for (const status of ['Survived', 'NoCoverage', 'Ignored', 'RuntimeError', 'CompileError']) {
    assert.equal(scoreOf(counted({ Killed: 2, Timeout: 1, [status]: 1 })).percent, 75);
  }
  assert.equal(scoreOf(counted({ Killed: 2 }), 'ring').all, 0);
});

test('a score below 95 % is a complaint', () => {
  assert.deepEqual(complaints(counted({ Killed: 95, Survived: 5 }), [FILE]), []);
  assert.deepEqual(complaints(counted({ Killed: 949, Survived: 51 }), [FILE]), ['94.90 % are killed, below 95 %']);
});

test('so is a file that was not tested, or is no more', () => {
  assert.deepEqual(complaints({}, [FILE]), [`${FILE} has not been tested`]);
  assert.deepEqual(complaints(counted({}), []), [`${FILE} is no more`]);
});

test('so is a survivor until it has a reason, which it keeps', () => {
  const found = [mutant('Survived'), ...Array.from({ length: 99 }, () => mutant('Killed'))];
  const record = recordOf(FILE, found, undefined);
  const [survivor] = record.survivors;
  assert.equal(survivor?.code, 'Number.isSafe');
  assert.equal(complaints({ [FILE]: record }, [FILE]).length, 1);
  const reasoned: FileRecord = { ...record, survivors: [{ ...survivor, line: 99, reason: 'It is the same.' }] };
  const again = recordOf(FILE, found, reasoned);
  assert.equal(again.survivors[0]?.reason, 'It is the same.');
  assert.equal(again.survivors[0].line, survivor.line);
  assert.deepEqual(complaints({ [FILE]: again }, [FILE]), []);
  const other = recordOf(FILE, [mutant('Survived', 'false')], reasoned);
  assert.equal(other.survivors[0]?.reason, '');
});

test('a sample is of recorded files, within them, and the same for the same seed', () => {
  const record = readRecord();
  const windows = chooseWindows(record, 40, 7);
  assert.deepEqual(chooseWindows(record, 40, 7), windows);
  assert.notDeepEqual(chooseWindows(record, 40, 8), windows);
  for (const { file, first, last } of windows) {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length;
    assert.ok(record[file] !== undefined && first >= 1 && first < last && last <= lines);
  }
});
