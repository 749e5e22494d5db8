import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildProgram } from '../../dpdk/build-program.ts';

/** What a question may take: more than any that a benchmark asks. */
const ANSWER_LIMIT_MS = 60_000;

/** How long the program may take to end by itself. */
const END_LIMIT_MS = 2000;

/** Who waits for a line. */
interface Asker {
  resolve(line: string): void;
  reject(reason: Error): void;
}

/** Packets to be moved through a ring of so many bytes. */
export interface DpdkTask {
  readonly ringBytes: number;
  readonly payloadBytes: number;
  readonly count: number;
}

/**
 * DPDK's ring code in a process of its own, which does nothing until it is asked: so it can be measured in turn with others. Each
 * packet is committed by itself, as DPDK does. program/main.c says what it answers.
 */
export class DpdkProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #askers: Asker[] = [];
  #complaint = '';

  /** Compiles the program where that is due, and starts it. Throws, and says what to install, where it cannot be compiled. */
  constructor() {
    this.#child = spawn(buildProgram('dpdk-bench', join(import.meta.dirname, 'program')));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaint += text));
    createInterface(this.#child.stdout).on('line', (line) => this.#askers.shift()?.resolve(line));
    this.#child.once('error', (error) => this.#fail(error.message));
    this.#child.once('close', (code, signal) => this.#fail(this.#complaint.trim() || `it ended (${signal ?? code})`));
    // A question that does not get there: `close` says why.
    this.#child.stdin.on('error', () => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** One thread sends and receives a packet again and again: nanoseconds in all. */
  exchange({ ringBytes, payloadBytes, count }: DpdkTask): Promise<number> {
    return this.#measure(`exchange ${ringBytes} ${payloadBytes} ${count}`);
  }

  /** The same with other bytes each time, all of which are compared. `spoiled`: a packet that is changed before that; the promise is rejected then. */
  verifyExchange({ ringBytes, payloadBytes, count }: DpdkTask, spoiled?: number): Promise<void> {
    return this.#verify(`verify ${ringBytes} ${payloadBytes} ${count} ${spoiled ?? ''}`);
  }

  /** One thread sends all packets, another one receives them, and both spin: nanoseconds from before the first to after the last. */
  stream({ ringBytes, payloadBytes, count }: DpdkTask): Promise<number> {
    return this.#measure(`stream ${ringBytes} ${payloadBytes} ${count}`);
  }

  /** The same, and every byte is compared. `spoiled` as above. */
  verifyStream({ ringBytes, payloadBytes, count }: DpdkTask, spoiled?: number): Promise<void> {
    return this.#verify(`verify-stream ${ringBytes} ${payloadBytes} ${count} ${spoiled ?? ''}`);
  }

  /** So many round trips of 8 bytes, which are compared, between two threads that spin: nanoseconds in all. */
  pingPong({ ringBytes, count }: Omit<DpdkTask, 'payloadBytes'>): Promise<number> {
    return this.#measure(`pingpong ${ringBytes} ${count}`);
  }

  /** The answer to a question, a line each. Rejected where the program complains, or is not there. Questions are answered in order. */
  ask(question: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new Error(`DPDK's program does not run: ${this.#complaint.trim()}`));
        return;
      }
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), ANSWER_LIMIT_MS);
      this.#askers.push({
        resolve: (line) => {
          clearTimeout(timer);
          if (line.startsWith('error: ')) reject(new Error(`DPDK's program answers ${line}`));
          else resolve(line);
        },
        reject: (reason) => {
          clearTimeout(timer);
          reject(reason);
        },
      });
      this.#child.stdin.write(`${question}\n`);
    });
  }

  /** Ends the program: by itself once it has answered, or killed where it takes too long. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#child, 'close');
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  }

  /** Kills the program, whatever it does. */
  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }

  get #hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  async #measure(question: string): Promise<number> {
    const answer = await this.ask(question);
    if (!/^\d+$/.test(answer)) throw new Error(`DPDK's program answers ${answer} to ${question}`);
    return Number(answer);
  }

  async #verify(question: string): Promise<void> {
    const answer = await this.ask(question);
    if (answer !== 'ok') throw new Error(`DPDK's program answers ${answer} to ${question}`);
  }

  #fail(why: string): void {
    for (const { reject } of this.#askers.splice(0)) reject(new Error(`DPDK's program failed: ${why}`));
  }
}
