import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/project.ts';
import { prepareInitramfs } from './initramfs.ts';
import { prepareKernel } from './kernel.ts';
import { findParts } from './parts.ts';

/** What a virtual machine boots. */
export interface GuestImage {
  readonly kernel: string;
  readonly initramfs: string;
}

/**
 * Kernel and initramfs, as files under `.cache/vm/`; made where they are not there or what they are made of has changed. Throws a
 * `MissingPart` where this machine lacks something.
 */
export function prepareGuestImage(): GuestImage {
  const dpdk = findParts();
  const cache = join(ROOT, '.cache/vm');
  mkdirSync(cache, { recursive: true });
  const kernel = prepareKernel(cache);
  return { kernel: kernel.image, initramfs: prepareInitramfs(kernel.modules, dpdk, cache) };
}
