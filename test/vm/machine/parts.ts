import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Dpdk, DPDK_PACKAGE, findDpdk } from '../../../dpdk/find-dpdk.ts';

/** Programs, and the Debian packages that they are in. */
const PROGRAMS: readonly (readonly [program: string, debianPackage: string])[] = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['cpio', 'cpio'],
  ['cc', 'gcc'],
  ['ar', 'binutils'],
  ['setpriv', 'util-linux'],
  ['apt-cache', 'apt'],
  ['apt-get', 'apt'],
  ['dpkg-deb', 'dpkg'],
];

/** The same for files. */
const FILES: readonly (readonly [file: string, debianPackage: string])[] = [
  ['/usr/lib/x86_64-linux-gnu/libc.a', 'libc6-dev'],
];

/** Something that is no part of the project is not there: a virtual machine can be neither made nor started. */
export class MissingPart extends Error {
  override readonly name = 'MissingPart';
}

function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Throws a {@link MissingPart} that says what to install, unless all is there that a virtual machine needs: the guest's DPDK. */
export function findParts(): Dpdk {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new MissingPart(`the virtual machine needs Linux on x64, this is ${process.platform} on ${process.arch}`);
  }
  const missing = [
    ...PROGRAMS.filter(([program]) => !isProgram(program)),
    ...FILES.filter(([file]) => !existsSync(file)),
  ];
  const hasCompiler = isProgram('cc');
  const dpdk = hasCompiler ? findDpdk() : null;
  if (dpdk !== null && missing.length === 0) return dpdk;
  if (hasCompiler && dpdk === null) missing.push(['DPDK', DPDK_PACKAGE]);
  const packages = [...new Set(missing.map(([, debianPackage]) => debianPackage))];
  throw new MissingPart(
    `the virtual machine needs ${missing.map(([part]) => part).join(', ')}:\n` +
      `    apt-get install -y --no-install-recommends ${packages.join(' ')}`,
  );
}
