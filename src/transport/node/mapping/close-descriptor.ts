import { closeSync } from 'node:fs';

/**
 * Closes what was opened. The descriptor is gone even where the system says that something went wrong, and whoever closes has what he
 * opened it for, or a better error.
 */
export function closeDescriptor(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch (error) {
    // A mistake of ours, and not the system's: somebody else's descriptor may be closed by the next one.
    if ((error as NodeJS.ErrnoException).code === 'EBADF') throw error;
  }
}
