/** What `scripts/test-weak-memory.ts` tells the suite, through the environment: where spin may write. The script removes it at the end. */
const FOLDER = 'VMBUS_RING_WEAK_MEMORY_FOLDER';

export function setupVariables(folder: string): Record<string, string> {
  return { [FOLDER]: folder };
}

export function readFolder(): string {
  const folder = process.env[FOLDER] ?? '';
  if (folder === '') throw new Error(`${FOLDER} is not set: run this suite by npm run test:weak-memory`);
  return folder;
}
