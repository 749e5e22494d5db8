import { stderr } from 'node:process';

const INTERVAL_MS = 500;

/** Shows on a terminal, and only there, how far something is, in one line that is drawn anew. Returns what ends it. */
export function showProgress(describe: () => string): () => void {
  if (!stderr.isTTY) return () => {};
  const timer = setInterval(() => stderr.write(`\r${describe()} `), INTERVAL_MS);
  return () => {
    clearInterval(timer);
    stderr.write('\r\x1b[K');
  };
}

/** The same of packets that are counted in shared memory, `expected` in all. */
export function showPackets(count: Int32Array, expected: number): () => void {
  return showProgress(() => `${Math.floor((Atomics.load(count, 0) / expected) * 100)} % of ${expected} packets`);
}
