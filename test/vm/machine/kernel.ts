import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MissingPart } from './parts.ts';
import { runProgram } from './run-program.ts';

/** Debian's name for the newest kernel that is meant for virtual machines. It depends on the package that has it. */
const KERNEL_PACKAGE = 'linux-image-cloud-amd64';

/** Where the modules are that the guest loads, in the kernel's own folder. */
const MODULES: readonly string[] = [
  'virtio/virtio_ring',
  'virtio/virtio',
  'virtio/virtio_pci_legacy_dev',
  'virtio/virtio_pci_modern_dev',
  'virtio/virtio_pci',
  'char/virtio_console',
];

/** A kernel that was unpacked: `vmlinuz`, and its modules in a folder. */
export interface Kernel {
  readonly image: string;
  readonly modules: string;
}

/** The entry of a folder whose name begins so. */
function entryOf(folder: string, start: string): string {
  const name = readdirSync(folder).find((entry) => entry.startsWith(start));
  if (name === undefined) throw new Error(`the kernel's package has no ${start || 'file'} where it was looked for`);
  return join(folder, name);
}

/** Downloads the package that has the kernel; its name. */
function download(folder: string): string {
  const depends = runProgram('apt-cache', ['depends', KERNEL_PACKAGE], folder);
  const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
  if (name === undefined) throw new MissingPart(`apt does not know ${KERNEL_PACKAGE}: apt-get update`);
  try {
    runProgram('apt-get', ['download', name], folder);
  } catch (error) {
    throw new MissingPart(`apt cannot download ${name}; apt-get update may help: ${String(error)}`, { cause: error });
  }
  return name;
}

function unpackKernel(folder: string): void {
  const debianPackage = download(folder);
  runProgram('dpkg-deb', ['-x', entryOf(folder, debianPackage), 'package'], folder);
  const kernel = join(folder, 'kernel');
  mkdirSync(join(kernel, 'modules'), { recursive: true });
  copyFileSync(entryOf(join(folder, 'package/boot'), 'vmlinuz-'), join(kernel, 'vmlinuz'));
  const drivers = join(entryOf(join(folder, 'package/lib/modules'), ''), 'kernel/drivers');
  for (const module of MODULES) {
    copyFileSync(join(drivers, `${module}.ko`), join(kernel, 'modules', `${module.split('/')[1]}.ko`));
  }
}

/** The kernel in the folder `cache`; downloaded and unpacked if it is not there. Nothing is installed. */
export function prepareKernel(cache: string): Kernel {
  const kernel = join(cache, 'kernel');
  if (!existsSync(kernel)) {
    const folder = mkdtempSync(join(cache, 'unpacking-'));
    try {
      unpackKernel(folder);
      renameSync(join(folder, 'kernel'), kernel);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { image: join(kernel, 'vmlinuz'), modules: join(kernel, 'modules') };
}
