import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { onEndingSignal } from '../../scripts/ending-signals.ts';
import type { Owner } from './owner.ts';
import { readSetup } from './setup.ts';

const STDERR_LIMIT = 65_536;

/** For a peer that has nothing more to do. */
const END_LIMIT_MS = 20_000;

const running = new Set<ChildProcess>();
let fileCount = 0;

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
onEndingSignal((_signal, exitCode) => process.exit(exitCode));

/** The other side: one command of the peer, in a process of its own, which is gone at the end of the test. */
export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #command: string;
  readonly #outputFile: string;
  readonly #closed: Promise<void>;
  #stderr = '';
  #exit: string | null = null;
  #error: Error | null = null;

  /** Starts the peer with these arguments. What it prints goes to a file, so that it never has to wait for its reader. */
  constructor(t: Owner, args: readonly string[], isInteractive = false) {
    const { peer, folder } = readSetup();
    this.#command = args[0] ?? '';
    this.#outputFile = join(folder, `output-${process.pid}-${fileCount++}`);
    const output = isInteractive ? 'pipe' : openSync(this.#outputFile, 'wx', 0o600);
    this.#child = spawn(peer, args, { stdio: [isInteractive ? 'pipe' : 'ignore', output, 'pipe'] });
    if (typeof output === 'number') closeSync(output);
    running.add(this.#child);
    this.#closed = this.#watch();
    t.after(() => this.#kill());
  }

  /** Whether it runs. */
  get isRunning(): boolean {
    return this.#exit === null;
  }

  /** Where it reads its operations, if it is interactive. */
  get input(): Writable {
    return this.#child.stdin!;
  }

  /** Where it answers them. */
  get output(): NodeJS.ReadableStream {
    return this.#child.stdout!;
  }

  /** Throws if it has ended otherwise than it should, with what it said. */
  checkWell(): void {
    if (this.#exit !== null && this.#exit !== 'exit code 0') throw this.failure('has ended');
  }

  /** An error that tells what became of it. */
  failure(what: string): Error {
    const said = this.#stderr === '' ? 'nothing on standard error' : `on standard error:\n${this.#stderr}`;
    const state = this.#exit ?? 'running';
    return new Error(`${this.#command} ${what}: ${state}, ${said}`, { cause: this.#error ?? undefined });
  }

  /** Stops it where it is, lets it go on, or ends it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Waits for its end, whatever that is. Throws if it does not come. */
  async end(): Promise<void> {
    const limit = new AbortController();
    const late = delay(END_LIMIT_MS, true, { signal: limit.signal }).catch(() => false);
    const isLate = await Promise.race([this.#closed.then(() => false), late]);
    limit.abort();
    if (isLate) throw this.failure(`has not ended within ${END_LIMIT_MS / 1000} s`);
  }

  /** Waits for its end and returns the lines that it printed, comments left out. Throws if it failed. */
  async lines(): Promise<string[]> {
    await this.end();
    this.checkWell();
    const lines = readFileSync(this.#outputFile, 'utf8').split('\n');
    return lines.filter((line) => line !== '' && !line.startsWith('#'));
  }

  async #watch(): Promise<void> {
    const child = this.#child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_LIMIT);
    });
    try {
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      this.#exit = signal === null ? `exit code ${code}` : `killed by ${signal}`;
    } catch (error) {
      this.#error = error as Error;
      this.#exit = 'could not be started';
    }
    running.delete(child);
  }

  async #kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
    rmSync(this.#outputFile, { force: true });
  }
}
