import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Dpdk, sharedHeaders } from '../../../dpdk/find-dpdk.ts';
import { runProgram } from './run-program.ts';

/** The guest's only program. */
const SOURCES = join(import.meta.dirname, '../guest');

/** DPDK's ring code, unchanged. */
const DPDK_OBJECTS: readonly string[] = ['bus_vmbus_vmbus_bufring.c.o', 'bus_vmbus_vmbus_channel.c.o'];

const FLAGS: readonly string[] =
  '-static -O2 -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -include rte_config.h'.split(' ');

function compilerFlags({ includes }: Dpdk): string[] {
  return [...FLAGS, ...includes.flatMap((folder) => ['-isystem', folder])];
}

/** Another name for whatever goes into it. */
function nameOf(modules: string, dpdk: Dpdk): string {
  const hash = createHash('sha256').update(compilerFlags(dpdk).join(' '));
  const files = [dpdk.archive, ...sharedHeaders()];
  for (const folder of [SOURCES, modules]) files.push(...readdirSync(folder).map((file) => join(folder, file)));
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(file));
  return `initramfs-${hash.digest('hex').slice(0, 16)}.cpio`;
}

function compileInit(target: string, folder: string, dpdk: Dpdk): void {
  runProgram('ar', ['x', dpdk.archive, ...DPDK_OBJECTS], folder);
  const sources = readdirSync(SOURCES).filter((file) => file.endsWith('.c'));
  const objects = DPDK_OBJECTS.map((object) => join(folder, object));
  runProgram('cc', [...compilerFlags(dpdk), '-o', target, ...sources, ...objects], SOURCES);
  runProgram('strip', [target], folder);
}

/** The file system that the guest boots with, in the folder `cache`: one program, and the modules that it loads. */
export function prepareInitramfs(modules: string, dpdk: Dpdk, cache: string): string {
  const initramfs = join(cache, nameOf(modules, dpdk));
  if (existsSync(initramfs)) return initramfs;
  const folder = mkdtempSync(join(cache, 'building-'));
  try {
    const root = join(folder, 'root');
    mkdirSync(root);
    cpSync(modules, join(root, 'modules'), { recursive: true });
    compileInit(join(root, 'init'), folder, dpdk);
    const files = ['init', 'modules', ...readdirSync(modules).map((file) => `modules/${file}`)];
    runProgram(
      'cpio',
      ['--quiet', '-o', '-H', 'newc', '-R', '0:0', '-O', join(folder, 'cpio')],
      root,
      files.join('\n'),
    );
    for (const file of readdirSync(cache)) if (file.startsWith('initramfs-')) rmSync(join(cache, file)); // of older sources
    renameSync(join(folder, 'cpio'), initramfs);
    return initramfs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
