import { readdirSync, readlinkSync } from 'node:fs';

/** What a descriptor leads to: of a socket, which one. */
export function targetOf(descriptor: number | string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // That of the listing itself is closed by now.
    return '';
  }
}

/** How many descriptors lead to `target`. */
export function openTo(target: string): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => targetOf(descriptor) === target).length;
}
