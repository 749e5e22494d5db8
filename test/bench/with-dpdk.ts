import { test } from 'node:test';
import { type Dpdk, findDpdk } from '../../dpdk/find-dpdk.ts';

function find(): Dpdk | null {
  try {
    return findDpdk();
  } catch {
    // There is no compiler.
    return null;
  }
}

/** Defines tests of benchmarks that have DPDK as a rival. Where it cannot be compiled they are not run, and a test by that name says so. */
export function withDpdk(what: string, define: () => void): void {
  // Where CI cannot run them, that is a failure.
  if (find() !== null || process.env['CI'] !== undefined) define();
  else test(`${what}: not run, there is no compiler or no DPDK`, () => {});
}
