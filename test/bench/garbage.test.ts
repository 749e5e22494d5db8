import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Allocation, FLAGS } from '../../bench/garbage/allocation.ts';
import { createPath, PATHS } from '../../bench/garbage/paths.ts';
import { measureInChild } from '../../bench/jobs/child-process.ts';

const MOVERS = new URL('./allocating-movers.ts', import.meta.url);

function allocationsOf(name: string): Promise<Allocation[]> {
  return measureInChild<Allocation[]>(MOVERS, { rounds: 2, cellMs: 20, progress: () => {} }, [name], FLAGS);
}

describe('what the benchmark of garbage measures', () => {
  for (const path of PATHS) {
    it(`${path}: moves packets`, async () => {
      for (const batch of [1, 16]) {
        const mover = createPath(path, 256, batch);
        await mover.move(1600, true);
        mover.close?.();
      }
    });
  }

  it('has no path of another name', () => {
    assert.throws(() => createPath('nowhere', 8, 1), /no path nowhere/);
  });

  it('finds nothing where nothing is allocated', async () => {
    for (const { heap, outside } of await allocationsOf('nothing')) {
      assert.ok(Math.abs(heap) < 0.5, `${heap} bytes`);
      assert.equal(outside, 0);
    }
  });

  it('finds what is allocated on the heap', async () => {
    for (const { heap, outside } of await allocationsOf('arrays of 10 numbers')) {
      // The elements with their header, and the array: each word 8 bytes, or 4 where pointers are compressed.
      assert.ok(heap > 55 && heap < 140, `${heap} bytes`);
      assert.equal(outside, 0);
    }
  });

  it('finds what is allocated in array buffers', async () => {
    for (const { outside } of await allocationsOf('buffers of 1000 bytes')) {
      assert.ok(Math.abs(outside - 1000) < 1, `${outside} bytes`);
    }
  });
});
