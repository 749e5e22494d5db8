import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDpdk } from '../dpdk/find-dpdk.ts';
import { ROOT } from '../scripts/project.ts';

/** The version of DPDK that programs are compiled with, by its own header: `null` where it is not there, or no compiler is. */
function dpdkVersion(): string | null {
  try {
    const header = findDpdk()
      ?.includes.map((folder) => join(folder, 'rte_build_config.h'))
      .find((path) => existsSync(path));
    if (header === undefined) return null;
    const text = readFileSync(header, 'utf8');
    const parts = ['YEAR', 'MONTH', 'MINOR'].map((part) => new RegExp(`RTE_VER_${part} (\\d+)`).exec(text)?.[1] ?? '?');
    return parts.join('.');
  } catch {
    return null;
  }
}

/** What the benchmarks compare with, and which versions of it. */
export function rivalVersions(): { readonly dpdk: string; readonly compiler: string; readonly ringbuf: string } {
  const dpdk = dpdkVersion();
  const manifest = JSON.parse(readFileSync(join(ROOT, 'node_modules/ringbuf.js/package.json'), 'utf8')) as {
    readonly version: string;
  };
  return {
    dpdk: dpdk ?? 'not installed',
    compiler: dpdk === null ? 'none' : execFileSync('cc', ['-dumpfullversion'], { encoding: 'utf8' }).trim(),
    ringbuf: manifest.version,
  };
}
