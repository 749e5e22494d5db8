// What is installed is what was looked at: exact versions, checksums for all of it, and code that runs on installation only where that is allowed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/project.ts';

type Versions = Readonly<Record<string, string>>;

const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

type Group = (typeof GROUPS)[number];

interface Manifest extends Readonly<Record<Group, Versions>> {
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly scripts: Readonly<Record<string, string>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage & Partial<Record<Group, Versions>>>>;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as T;
}

const manifest = readJson<Manifest>('package.json');
const lock = readJson<Lock>('package-lock.json');
const locked = Object.entries(lock.packages).filter(([place]) => place !== '');

test('every dependency has one version, and the lock file has that one', () => {
  for (const group of GROUPS) {
    assert.deepEqual(lock.packages['']?.[group], manifest[group], group);
    for (const [name, version] of Object.entries(manifest[group])) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${group}: ${name}`);
      assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
    }
  }
});

test('every package in the lock file has a checksum, and none comes from elsewhere than a registry', () => {
  assert.equal(lock.lockfileVersion, 3);
  assert.ok(locked.length > 50);
  const wrong = locked.filter(
    ([, { integrity = '', resolved, link }]) =>
      !/^sha512-[\w+/]{86}==$/.test(integrity) || resolved !== undefined || link === true,
  );
  assert.deepEqual(
    wrong.map(([place]) => place),
    [],
  );
});

test('no package runs code when it is installed of which nothing was decided', () => {
  const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const names = running.map(([place]) => place.replace(/^.*node_modules\//, ''));
  assert.deepEqual(names.toSorted(), Object.keys(manifest.allowScripts).toSorted());
});

test('who installs the package gets no script that runs then', () => {
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.ok(!(name in manifest.scripts), name);
});
