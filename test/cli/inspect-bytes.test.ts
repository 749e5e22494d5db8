import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { inspectRingImage, type RingReport } from '../../src/inspect/index.ts';
import { vectorImage } from '../support/vectors.ts';
import { runCommand } from './run-command.ts';
import { checkProperty } from '../support/property.ts';

/**
 * Each run starts a process, so they are few, and a failure is not shrunk: what the decoder makes of bytes is tested where
 * it is quick.
 */
const RUNS = 8;

const damaged = fc
  .array(fc.tuple(fc.nat({ max: 8191 }), fc.nat({ max: 0xff })), { minLength: 1, maxLength: 30 })
  .map((changes) => {
    const image = vectorImage('linux-4k-wrapped');
    for (const [at, value] of changes) image[at] = value;
    return image;
  });

it('whatever the bytes are, the command ends with 0, 1 or 2, and its JSON is what the library reports', (t) => {
  const bytes = fc.oneof(damaged, fc.uint8Array({ minLength: 8192, maxLength: 8192 }), fc.uint8Array());
  const property = fc.property(fc.noShrink(bytes), (image) => {
    const { exitCode, stdout, stderr } = runCommand(['inspect', '--json', '--history', '--hex', '-'], image);
    if (image.length !== 8192) {
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.match(stderr, /^vmbus-ring: [^\n]+\n$/);
      return;
    }
    const report = JSON.parse(stdout) as RingReport;
    assert.equal(exitCode, report.error === null ? 0 : 1);
    assert.equal(JSON.stringify(report), JSON.stringify(inspectRingImage(image, { hex: true, history: true })));
    assert.equal(stderr, '');
  });
  checkProperty(t, property, RUNS);
});
