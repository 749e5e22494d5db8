/** How `npm run test:leaks -- --count N` tells the suites. */
export const COUNT_VARIABLE = 'VMBUS_RING_LEAK_COUNT';

export const DEFAULT_COUNT = 10_000;

/** How often each thing is opened and closed. */
export function roundCount(): number {
  return Number(process.env[COUNT_VARIABLE] ?? DEFAULT_COUNT);
}
