import { join } from 'node:path';
import { type Entry, libraryEntries, ROOT } from './project.ts';
import { type PublicName, publicApi, runtimeExports } from './public-api.ts';

/** Where the snapshots are, one file for each entry. */
export const SNAPSHOT_FOLDER: string = join(ROOT, 'test/house/api');

/** The snapshot of each entry, by the name of its file. */
export async function renderSnapshots(): Promise<Map<string, string>> {
  const snapshots = new Map<string, string>();
  // A name that is declared in the folder of another entry is spelled out there.
  const homes = new Map<string, string>();
  const entries = libraryEntries();
  for (const entry of entries) {
    if (entry.name !== 'index') homes.set(entry.types.replace(/^\.\/|\/index\.d\.ts$/g, ''), entry.specifier);
  }
  for (const entry of entries) snapshots.set(`${entry.name}.txt`, await render(entry, homes));
  return snapshots;
}

async function render(entry: Entry, homes: ReadonlyMap<string, string>): Promise<string> {
  const values = await runtimeExports(entry);
  const lines = [`import ... from '${entry.specifier}'`];
  for (const name of publicApi(entry)) lines.push('', ...renderName(entry, name, values, homes));
  return `${lines.join('\n')}\n`;
}

function renderName(
  entry: Entry,
  { name, file, declarations, inherited, isValue }: PublicName,
  values: ReadonlyMap<string, string>,
  homes: ReadonlyMap<string, string>,
): string[] {
  const kind = isValue ? (values.get(name) ?? 'missing at run time') : 'type';
  const home = homes.get(file.split('/').slice(0, 2).join('/'));
  if (home !== undefined && home !== entry.specifier) return [`${name}: ${kind}, see '${home}'`];
  const lines = declarations.flatMap((text) => text.split('\n'));
  for (const { from, members } of inherited) {
    lines.push(`inherited from ${from}:`, ...members.map((text) => `    ${text.replaceAll('\n    ', '\n')}`));
  }
  return [`${name}: ${kind}`, ...lines.flatMap((text) => text.split('\n')).map((line) => `    ${line}`)];
}
