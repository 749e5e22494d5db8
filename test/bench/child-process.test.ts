import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measureInChild } from '../../bench/jobs/child-process.ts';

const OPTIONS = { rounds: 3, cellMs: 7 };

/** A module that is all in its address. */
function moduleOf(body: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(body)}`);
}

describe('a measurement in a process of its own', () => {
  it('gets the options and the arguments, and gives back what it measured', async () => {
    const said: string[] = [];
    const module = moduleOf(`export async function measure({ rounds, cellMs, progress }, ...args) {
      progress('halfway');
      return { rounds, cellMs, args, nan: NaN, pid: process.pid, gc: typeof gc };
    }`);
    const options = { ...OPTIONS, progress: (what: string) => void said.push(what) };
    const { pid, ...result } = await measureInChild<{ pid: number }>(module, options, ['a', 'b'], ['--expose-gc']);
    assert.deepEqual(result, { ...OPTIONS, args: ['a', 'b'], nan: NaN, gc: 'function' });
    assert.deepEqual(said, ['halfway']);
    assert.notEqual(pid, process.pid);
  });

  it('fails with what it throws', async () => {
    const module = moduleOf(`export async function measure() { throw new RangeError('no such cell'); }`);
    await assert.rejects(measureInChild(module, { ...OPTIONS, progress: () => {} }), {
      name: 'RangeError',
      message: 'no such cell',
    });
  });

  it('fails where its process ends', async () => {
    const module = moduleOf(`export async function measure() { process.exit(3); }`);
    await assert.rejects(measureInChild(module, { ...OPTIONS, progress: () => {} }), /the process has ended \(3\)/);
  });
});
