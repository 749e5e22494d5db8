import type { Duplex } from 'node:stream';

/** Longer ones are none of the guest's. */
const MAXIMUM_LINE_LENGTH = 16384;

/** Lines of text, both ways, through a port of the guest. */
export class LinePort {
  readonly #port: Duplex;
  readonly #lines: string[] = [];
  #rest = '';
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(port: Duplex) {
    this.#port = port;
    port.setEncoding('utf8');
    port.on('data', (text: string) => this.#take(text));
    port.on('error', () => {}); // whoever knows why calls `fail`
  }

  /** Sends a line. */
  send(line: string): void {
    if (this.#failure === null) this.#port.write(`${line}\n`);
  }

  /** The next line. Throws the error of `fail`, and an error after `timeoutMs`. One caller at a time. */
  async next(timeoutMs: number): Promise<string> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#wake?.();
    }, timeoutMs);
    try {
      for (;;) {
        const line = this.#lines.shift();
        if (line !== undefined) return line;
        if (this.#failure !== null) throw this.#failure;
        if (isLate) throw new Error(`the guest has said nothing for ${timeoutMs} ms`);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
      this.#wake = null;
    }
  }

  /** There will be no more lines, because of this. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAXIMUM_LINE_LENGTH) this.fail(new Error('a line of the guest has no end'));
    this.#lines.push(...lines);
    if (lines.length > 0) this.#wake?.();
  }
}
