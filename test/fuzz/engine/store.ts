import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/project.ts';

/** Inputs that reach something, or broke a promise once. */
export type Kind = 'corpus' | 'crashes';

function folderOf(kind: Kind, target: string): string {
  return join(ROOT, 'test/fuzz', kind, target);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

/** All that are kept of a target. */
export function readInputs(kind: Kind, target: string): Map<string, Uint8Array<ArrayBuffer>> {
  const folder = folderOf(kind, target);
  return new Map(filesIn(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

/** Keeps an input under a name that is made of its bytes: where it lies, from the project's folder. */
export function keepInput(kind: Kind, target: string, input: Uint8Array): string {
  const name = `${createHash('sha256').update(input).digest('hex').slice(0, 16)}.bin`;
  const folder = folderOf(kind, target);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), input);
  return `test/fuzz/${kind}/${target}/${name}`;
}

/** Keeps these inputs of a target, and no others. */
export function replaceInputs(kind: Kind, target: string, inputs: readonly Uint8Array[]): void {
  rmSync(folderOf(kind, target), { recursive: true, force: true });
  for (const input of inputs) keepInput(kind, target, input);
}
