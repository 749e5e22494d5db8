import { test } from 'node:test';
import { readSetup } from './setup.ts';

/** Defines tests of what our own peer does besides what every peer has to, such as following step by step. With another peer they are not run, and a test by that name says so. */
export function withDpdk(what: string, define: () => void): void {
  const { isDpdk, peer } = readSetup();
  if (isDpdk) define();
  else test(`${what}: for DPDK alone, not run with ${peer}`, () => {});
}
