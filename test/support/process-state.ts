import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects what nobody has any more, and lets finalizers run. */
export async function collectAll(times = 6): Promise<void> {
  for (let i = 0; i < times; i++) {
    collect();
    // A sleep on another thread may have to come to its end.
    await sleep(5);
  }
}

/** Descriptors that this process has open. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Threads of this process. */
export function threadCount(): number {
  return readdirSync('/proc/self/task').length;
}

/** Lines of the kernel's list of mappings that have `text` in them. */
export function mappingsOf(text: string): string[] {
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes(text));
}

/** Bytes of address space that are mappings of the file. */
export function mappedBytes(path: string): number {
  return mappingsOf(path).reduce((bytes, line) => {
    const [start, end] = line
      .split(' ', 1)[0]!
      .split('-')
      .map((text) => Number.parseInt(text, 16));
    return bytes + end! - start!;
  }, 0);
}

/** All of the address space that this process has taken. */
export function addressSpaceBytes(): number {
  return 4096 * Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[0]);
}
