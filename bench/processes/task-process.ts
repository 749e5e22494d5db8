import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Timing } from '../jobs/work.ts';
import type { Task } from './task.ts';

/** How long a process may take to end by itself. */
const END_TIMEOUT_MS = 5000;

/** What a process answers to a task: first that it has begun, then the rest. */
export type Answer = { readonly ready: true } | { readonly timing: Timing } | { readonly error: unknown };

/** A task that a process has begun with. */
export interface Begun {
  readonly timing: Promise<Timing>;
}

/** The messages of a task that go through the same pipe as tasks and answers: arrays of bytes, alone or several together. */
export function isPayload(message: unknown): message is Uint8Array | readonly Uint8Array[] {
  return message instanceof Uint8Array || Array.isArray(message);
}

/** A process that does tasks, one at a time, and ends when it is told to or when this one ends. */
export class TaskProcess {
  readonly child: ChildProcess;

  constructor(program: URL) {
    this.child = fork(program, { serialization: 'advanced' });
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Comes back when the process has begun. */
  begin(task: Task): Promise<Begun> {
    const { child } = this;
    return new Promise((begun, failed) => {
      const timing = new Promise<Timing>((resolve, reject) => {
        const settle = (): void => {
          child.off('message', listener);
          child.off('exit', exited);
        };
        const fail = (error: unknown): void => {
          settle();
          failed(error);
          reject(error);
        };
        const exited = (): void =>
          fail(new Error(`process ${child.pid} has ended (${child.signalCode ?? child.exitCode})`));
        const listener = (message: unknown): void => {
          if (isPayload(message)) return;
          const answer = message as Answer;
          if ('error' in answer) return fail(answer.error);
          if ('ready' in answer) return begun({ timing });
          settle();
          resolve(answer.timing);
        };
        if (this.hasEnded) return exited();
        child.on('message', listener);
        child.on('exit', exited);
        child.send(task);
      });
      timing.catch(() => {});
    });
  }

  /** Comes back when the process has ended: by itself, or killed where it does not. */
  async end(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    if (this.child.connected) this.child.disconnect();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), END_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }
}
