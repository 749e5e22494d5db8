// Makes one module of each group of tests, with the library's sources in it: `node test/mutation/bundle-tests.ts FOLDER...`
// Stryker runs this in its copy of the project, once the mutants are in it. A process then loads one file and not two hundred, which
// is most of what a killed mutant costs.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { groupsOf } from './layer-tests.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A module knows where it was before it was bundled: vectors and workers are found from there. */
const ownPlaces: Plugin = {
  name: 'own places',
  setup(builder) {
    builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: 'ts' };
    });
  },
};

for (const { name, files } of groupsOf(process.argv.slice(2))) {
  const modules = ['test/mutation/first-failure.ts', ...files];
  await build({
    stdin: { contents: modules.map((file) => `import './${file}';`).join('\n'), resolveDir: ROOT },
    outfile: join(ROOT, `.cache/mutation-tests/${name}.js`),
    bundle: true,
    // The package says that no module has side effects: tests have nothing else.
    ignoreAnnotations: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['koffi'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [ownPlaces],
    logLevel: 'error',
  });
}
