import { memoryUsage } from 'node:process';
import { addressSpaceBytes, mappingsOf, openDescriptors, threadCount } from './process-state.ts';

/** What this process has of everything that can leak. */
export interface Resources {
  readonly heapMiB: number;
  readonly externalMiB: number;
  readonly residentMiB: number;
  readonly addressSpaceMiB: number;
  readonly descriptors: number;
  readonly mappings: number;
  readonly threads: number;
  /** Handles and requests that keep an event loop turning. */
  readonly active: number;
}

const MIB = 2 ** 20;

export function resourcesInUse(): Resources {
  const { heapUsed, external, rss } = memoryUsage();
  return {
    heapMiB: heapUsed / MIB,
    externalMiB: external / MIB,
    residentMiB: rss / MIB,
    addressSpaceMiB: addressSpaceBytes() / MIB,
    descriptors: openDescriptors(),
    mappings: mappingsOf('-').length,
    threads: threadCount(),
    active: process.getActiveResourcesInfo().length,
  };
}

/** WebAssembly's memories go a few collections after all that refers to them. */
export const SETTLING_COLLECTIONS = 16;
