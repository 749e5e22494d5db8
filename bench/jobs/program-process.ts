import { once } from 'node:events';
import { TaskProcess } from '../processes/task-process.ts';

/** What a module has that is a program: `start` gets all ready, and returns what does some work and says how many milliseconds it took. */
export interface ProgramModule {
  start(what: unknown): (work: unknown) => number | Promise<number>;
}

/** What the process is asked for: first to start a program, then for work. */
export type ProgramRequest = { readonly module: string; readonly what: unknown } | { readonly work: unknown };

export type ProgramAnswer = { readonly ms: number } | { readonly error: unknown };

/**
 * A program in a process of its own that lives on, so that several can take turns: each has its own memory, and its compiler has
 * seen nothing but what it does itself. It ends when it is told to, or with this process.
 */
export class ProgramProcess<Work> {
  readonly #process = new TaskProcess(new URL('./program-main.ts', import.meta.url));
  readonly #started: Promise<number>;

  /** Has `start(what)` of `module` called there. */
  constructor(module: URL, what: unknown) {
    this.#started = this.#ask({ module: module.href, what });
    // Who asks for work hears of it.
    this.#started.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#process.child.pid;
  }

  /** Milliseconds that the work took. */
  async run(work: Work): Promise<number> {
    await this.#started;
    return this.#ask({ work });
  }

  /** Comes back when the process has ended. */
  end(): Promise<void> {
    return this.#process.end();
  }

  async #ask(request: ProgramRequest): Promise<number> {
    const { child, hasEnded } = this.#process;
    if (hasEnded) throw new Error('the process has ended');
    const settled = new AbortController();
    const { signal } = settled;
    try {
      const exited = once(child, 'exit', { signal }).then(([code, killer]: unknown[]) => {
        throw new Error(`the process has ended (${String(killer ?? code)})`);
      });
      const answered = once(child, 'message', { signal }) as Promise<[ProgramAnswer]>;
      const first = Promise.race([answered, exited]);
      // Where nothing can be sent nobody waits for it any more.
      first.catch(() => {});
      child.send(request);
      const [answer] = await first;
      if ('error' in answer) throw answer.error;
      return answer.ms;
    } finally {
      settled.abort();
    }
  }
}
