import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

const ANSWER_LIMIT_MS = 20_000;

/** The Debian package that DPDK is in. */
export const DPDK_PACKAGE = 'libdpdk-dev';

/** DPDK as it is installed. */
export interface Dpdk {
  /** Its ring code, among the rest of its VMBus driver. */
  readonly archive: string;
  /** Folders of its headers. */
  readonly includes: readonly string[];
}

/** The headers that all programs around DPDK's ring code share: what differs where one of them does is to be compiled anew. */
export function sharedHeaders(): string[] {
  const names = readdirSync(import.meta.dirname).toSorted();
  return names.filter((name) => name.endsWith('.h')).map((name) => join(import.meta.dirname, name));
}

/** What the compiler answers to a question about its own places. Throws where there is no compiler. */
function askCompiler(question: string): string {
  return execFileSync('cc', [question], { encoding: 'utf8', timeout: ANSWER_LIMIT_MS }).trim();
}

/** Where the compiler finds DPDK: `null` where it is not installed. Throws where there is no compiler. */
export function findDpdk(): Dpdk | null {
  const archive = askCompiler('-print-file-name=librte_bus_vmbus.a');
  const includes = ['/usr/include/dpdk', join('/usr/include', askCompiler('-print-multiarch'), 'dpdk')];
  // The compiler answers with the bare name where it finds no such file.
  const isThere = isAbsolute(archive) && includes.every((folder) => existsSync(folder));
  return isThere ? { archive, includes } : null;
}
