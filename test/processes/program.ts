import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { end, hasEnded, kill, startProgram } from '../support/child.ts';

/** One of programs/ in a process of its own. Its standard output goes to a file, so that a kill takes nothing away of it. */
export class Program {
  readonly child: ChildProcess;
  readonly #output: string;

  constructor(name: string, args: readonly string[], output: string) {
    this.#output = output;
    const descriptor = openSync(output, 'w');
    this.child = startProgram(new URL(`programs/${name}`, import.meta.url), args, descriptor);
    closeSync(descriptor);
  }

  get output(): string {
    return readFileSync(this.#output, 'utf8');
  }

  /** Whole lines. */
  get lines(): string[] {
    return this.output.split('\n').slice(0, -1);
  }

  get hasEnded(): boolean {
    return hasEnded(this.child);
  }

  /** Waits until it has printed something. */
  async begun(): Promise<void> {
    for (let i = 0; i < 2000; i++) {
      if (this.output !== '') return;
      if (this.hasEnded) break;
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
    throw new Error('it printed nothing');
  }

  /** Kills it in whatever it does: nothing of it runs any more when this comes back. */
  kill(): Promise<void> {
    return kill(this.child);
  }

  /** Waits until it has ended by itself: its exit code. */
  async end(): Promise<number | null> {
    await end(this.child);
    return this.child.exitCode;
  }
}
