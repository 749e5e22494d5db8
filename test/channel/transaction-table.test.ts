import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TransactionTable } from '../../src/channel/transaction-table.ts';
import { checkProperty } from '../support/property.ts';

const last = Number.MAX_SAFE_INTEGER;

/** An id in two halves. */
function halves(id: number): [number, number] {
  return [id % 2 ** 32, Math.floor(id / 2 ** 32)];
}

test('ids begin again after the last one, without 0 and without those that are outstanding', () => {
  const table = new TransactionTable<string>(8, last - 1);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((call) => table.add(call)),
    [last - 1, last, 1, 2],
  );
  assert.deepEqual(table.complete(...halves(last)), { call: 'b' });
  assert.deepEqual(table.complete(...halves(last)), { unexpected: 'duplicate' });
});

test('an id that is outstanding is skipped after the wrap, one that was given up as well', () => {
  const table = new TransactionTable<string>(8, 1, 5);
  for (let i = 1; i <= 5; i++) table.add(`call ${i}`);
  table.giveUp(1);
  for (const id of [3, 5]) table.complete(...halves(id));
  assert.deepEqual([table.add('again'), table.nextId()], [3, 5]);
  assert.deepEqual(table.complete(...halves(1)), { unexpected: 'late' });
  assert.deepEqual(table.complete(...halves(1)), { unexpected: 'duplicate' });
  assert.deepEqual(table.complete(...halves(6)), { unexpected: 'unknown' });
});

test('random operations, against a list of what was done', (t) => {
  const operation = fc.record({ kind: fc.constantFrom('add', 'giveUp', 'complete'), pick: fc.nat(40) });
  const property = fc.property(
    fc.array(operation, { maxLength: 200 }),
    fc.integer({ min: 0, max: 5 }),
    (operations, left) => {
      const table = new TransactionTable<number>(10, last - left);
      const outstanding = new Map<number, number | null>();
      const used = new Set<number>();
      for (const [n, { kind, pick }] of operations.entries()) {
        const id = pick < 20 ? pick : last - (pick - 20);
        if (kind === 'add') {
          assert.equal(table.hasPlace(0), outstanding.size < 10);
          if (outstanding.size >= 10) continue;
          const given = table.add(n);
          assert.ok(given > 0 && !outstanding.has(given));
          outstanding.set(given, n);
          used.add(given);
        } else if (kind === 'giveUp') {
          table.giveUp(id);
          if (outstanding.has(id)) outstanding.set(id, null);
        } else {
          const call = outstanding.get(id);
          const completed = table.complete(...halves(id));
          outstanding.delete(id);
          if (call === null) assert.deepEqual(completed, { unexpected: 'late' });
          else if (call !== undefined) assert.deepEqual(completed, { call });
          else assert.ok('unexpected' in completed && completed.unexpected !== 'late');
          // Past the wrap, all ids count as used.
          if (call === undefined && used.has(id)) assert.deepEqual(completed, { unexpected: 'duplicate' });
        }
        assert.equal(table.size, outstanding.size);
      }
    },
  );
  checkProperty(t, property, 300);
});
