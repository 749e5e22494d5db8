import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ROOT } from '../../scripts/project.ts';

/** What the core may weigh in a bundle, minified and compressed. */
const MAXIMUM_BYTES = 8192;

test(`wire, memory and ring take fewer than ${MAXIMUM_BYTES} bytes, minified and gzipped`, async (t) => {
  const result = await build({
    stdin: {
      contents: ['wire', 'memory', 'ring'].map((layer) => `export * from './dist/${layer}/index.js';`).join('\n'),
      resolveDir: ROOT,
    },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  const [bundle] = result.outputFiles;
  assert.ok(bundle !== undefined);
  for (const name of ['PacketSize', 'PagedRingMem', 'IncomingRing', 'OutgoingRing', 'inspectRing']) {
    assert.ok(bundle.text.includes(name), `the bundle lacks ${name}`);
  }
  const bytes = gzipSync(bundle.contents, { level: 9 }).length;
  t.diagnostic(`the core: ${bundle.contents.length} bytes minified, ${bytes} gzipped, of ${MAXIMUM_BYTES}`);
  assert.ok(bytes < MAXIMUM_BYTES, `${bytes} bytes`);
});
