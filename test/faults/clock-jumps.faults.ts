// The wall clock jumps by decades, and a process is stopped for longer than a lease lasts: no wait ends early or late for that, and nobody is
// taken for dead.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../scripts/project.ts';
import { typeScriptFiles } from '../../scripts/project-files.ts';
import { kill, startProgram } from '../support/child.ts';

const PROGRAM = new URL('programs/jumping.ts', import.meta.url);

/** Longer than a lease lasts, and a look more. */
const STOPPED_MS = 6500;

const HANG_MS = 60_000;

/** What a wait of 250 ms may take, on a machine that is busy. */
const LONGEST_MS = 20_000;
const TIMED_MS = 250;

const children: ChildProcess[] = [];
after(() => Promise.all(children.map(kill)));

interface Findings {
  readonly outcomes?: readonly (readonly [outcome: string, elapsedMs: number])[];
  readonly echoed: string;
  readonly peer: string;
}

/** `meanwhile`: once it waits. */
async function run(what: string, meanwhile: (child: ChildProcess) => Promise<void>): Promise<Findings> {
  const child = startProgram(PROGRAM, [what], 'pipe');
  children.push(child);
  const lines = createInterface(child.stdout!);
  for await (const line of lines) {
    if (line !== 'waits') return JSON.parse(line) as Findings;
    await meanwhile(child);
  }
  throw new Error('it ended without a finding');
}

it('no source of the library asks for the wall clock', () => {
  // The command shows people what time it is.
  const sources = typeScriptFiles('src').filter((file) => !file.startsWith('src/cli/'));
  assert.ok(sources.length > 100);
  const asking = sources.filter((file) => /\bDate\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  assert.deepEqual(asking, []);
});

describe('a clock that jumps', () => {
  it('by decades, with each look, in both threads', { timeout: HANG_MS }, async () => {
    const { outcomes, echoed, peer } = await run('clock', () => Promise.resolve());
    assert.deepEqual([echoed, peer], ['done', 'open']);
    const codes = outcomes!.map(([outcome]) => outcome);
    assert.deepEqual(codes, [...Array<string>(5).fill('TimedOut'), 'done']);
    // Timers of Node may be a millisecond early.
    for (const [, elapsedMs] of outcomes!)
      assert.ok(elapsedMs > TIMED_MS - 5 && elapsedMs < LONGEST_MS, `${elapsedMs} ms`);
  });
});

describe('a process that is stopped', () => {
  it('for longer than a lease lasts: its threads do not take each other for dead', { timeout: HANG_MS }, async () => {
    const { echoed, peer } = await run('stop', async (child) => {
      await sleep(700);
      child.kill('SIGSTOP');
      await sleep(STOPPED_MS);
      child.kill('SIGCONT');
    });
    assert.deepEqual([echoed, peer], ['done', 'open']);
  });
});
