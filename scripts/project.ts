import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** The compiler, as a script for `node`. */
export const TSC: string = join(ROOT, 'node_modules/typescript/bin/tsc');

/** What the scripts and the tests of the house read of `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
}

/** One way into the library: a subpath of `package.json`'s exports that holds code. */
export interface Entry {
  /** `vmbus-ring` or `vmbus-ring/wire`. */
  readonly specifier: string;
  /** `index` or `wire`. */
  readonly name: string;
  /** The built module and its types, from the project's folder. */
  readonly module: string;
  readonly types: string;
  /** The module that they are built from. */
  readonly source: string;
}

/** All entries of the library. The command is none. */
export function libraryEntries(): Entry[] {
  const manifest = readManifest();
  const entries: Entry[] = [];
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue;
    entries.push({
      specifier: manifest.name + subpath.slice(1),
      name: subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-'),
      module: target.default,
      types: target.types,
      source: target.default.replace(/^\.\/dist\//, './src/').replace(/\.js$/, '.ts'),
    });
  }
  return entries;
}
