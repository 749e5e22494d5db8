import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from './project.ts';

/** Folders that git ignores, and git's own. */
const NOT_OURS: ReadonlySet<string> = new Set(['.git', '.cache', 'node_modules', 'dist', 'coverage']);

function* walk(folder: string): Generator<string, void, undefined> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_OURS.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      yield* walk(path);
    } else if (!entry.name.endsWith('.tgz')) {
      yield relative(ROOT, path).split(sep).join('/');
    }
  }
}

/** All files of the project, from its folder, sorted; those that git ignores left out. */
export function projectFiles(): string[] {
  return [...walk(ROOT)].toSorted();
}

/** The TypeScript files in one folder of the project. */
export function typeScriptFiles(folder: string): string[] {
  return projectFiles().filter((file) => file.startsWith(`${folder}/`) && file.endsWith('.ts'));
}
