import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SpinBudget } from '../../src/channel/spin-budget.ts';

describe('how often a blocking wait looks before it sleeps', () => {
  const most = new SpinBudget().next();

  it('is less and less while it is in vain, down to a least', () => {
    const budget = new SpinBudget();
    const polls = Array.from({ length: 200 }, () => {
      budget.failed();
      return budget.next();
    });
    const steady = polls.filter((count) => count !== most);
    assert.ok(steady.every((count, i) => i === 0 || count <= steady[i - 1]!));
    const least = Math.min(...polls);
    assert.ok(least > 0 && least < most / 10);
    assert.equal(steady.at(-1), least);
  });

  it('is the most every now and then, whatever happened', () => {
    const budget = new SpinBudget();
    const probes = Array.from({ length: 320 }, () => {
      budget.failed();
      return budget.next();
    }).filter((count) => count === most);
    assert.ok(probes.length >= 10);
  });

  it('is more again as soon as it pays', () => {
    const budget = new SpinBudget();
    for (let i = 0; i < 100; i++) budget.failed();
    const before = budget.next();
    budget.paid();
    assert.equal(budget.next(), Math.min(most, 2 * before));
    for (let i = 0; i < 20; i++) budget.paid();
    assert.equal(budget.next(), most);
  });

  it('has the limits that it was given', () => {
    const budget = new SpinBudget({ minimum: 1, maximum: 24 });
    const polls = Array.from({ length: 400 }, () => {
      budget.failed();
      return budget.next();
    });
    assert.equal(Math.max(...polls), 24);
    assert.equal(Math.min(...polls), 1);
  });
});
