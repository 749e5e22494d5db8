import { type BigIntStats, fstatSync, statSync } from 'node:fs';

/** Which file is at `path`: two that are the same one are equal. `null` where there is none. */
export function nodeAt(path: string): string | null {
  try {
    return nodeOf(statSync(path, { bigint: true }));
  } catch {
    return null;
  }
}

/** Which file is open. */
export function nodeOfDescriptor(descriptor: number): string {
  return nodeOf(fstatSync(descriptor, { bigint: true }));
}

/** As numbers, large ones would be rounded. */
function nodeOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
