// What the browser loads: the tests and the library, as they are in test/ and src/, in one module for each kind of thread.
import { readdirSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './project.ts';

/** The modules that pages and workers begin with: `page.js` is the page's. */
const ENTRIES = ['page', 'suite-worker', 'thread-worker'];

const FOLDER = join(ROOT, 'test/browser');

/** Nothing is written there: the sources' places are relative to it. */
const OUT = join(ROOT, 'dist');

export class BrowserBundles {
  readonly #scripts: ReadonlyMap<string, string>;
  readonly #maps: ReadonlyMap<string, SourceMap>;

  constructor(scripts: ReadonlyMap<string, string>, maps: ReadonlyMap<string, SourceMap>) {
    this.#scripts = scripts;
    this.#maps = maps;
  }

  /** The text of `page.js` and so on, or `undefined`. */
  script(name: string): string | undefined {
    return this.#scripts.get(name);
  }

  /** A stack trace with the places in the bundles replaced by those in the sources. */
  mapStack(stack: string): string {
    return stack.replaceAll(/http:\/\/[^\s()]*\/([\w-]+\.js):(\d+):(\d+)/g, (place, name: string, line, column) => {
      const origin = this.#maps.get(name)?.findOrigin(Number(line), Number(column));
      if (origin === undefined || !('fileName' in origin)) return place;
      const path = relative(ROOT, fileURLToPath(new URL(origin.fileName, pathToFileURL(`${OUT}/`))));
      return `${path}:${origin.lineNumber}:${origin.columnNumber}`;
    });
  }
}

/** Bundles what is in `test/browser/`. Throws what esbuild finds wrong. */
export async function bundleForBrowser(): Promise<BrowserBundles> {
  const files = readdirSync(FOLDER);
  const { outputFiles } = await build({
    entryPoints: ENTRIES.filter((entry) => files.includes(`${entry}.ts`)).map((entry) => join(FOLDER, `${entry}.ts`)),
    outdir: OUT,
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    // The suites are the same in Node 22, which has no `using`: nothing is to be rewritten.
    target: 'es2023',
    sourcemap: 'external',
    logLevel: 'silent',
  });
  const scripts = new Map<string, string>();
  const maps = new Map<string, SourceMap>();
  for (const { path, text } of outputFiles) {
    const name = basename(path);
    if (resolve(dirname(path)) !== OUT) throw new Error(`a bundle where none is expected: ${path}`);
    if (name.endsWith('.js')) scripts.set(name, text);
    else maps.set(name.slice(0, -'.map'.length), new SourceMap(JSON.parse(text) as SourceMapPayload));
  }
  return new BrowserBundles(scripts, maps);
}
