import { styleText } from 'node:util';
import type { TestEvent } from '../test/browser/test-event.ts';

/** How often the line with the running test is drawn anew. */
const REDRAW_MS = 500;

/** Prints tests as they end, counts them, and shows on a terminal which one is running. */
export class BrowserProgress {
  passed = 0;
  failed = 0;
  /** The test that is running, or `null`. */
  running: string | null = null;

  readonly #mapStack: (stack: string) => string;
  readonly #failures: string[] = [];
  #began = 0;
  #passedBefore = 0;
  #place = '';
  readonly #timer: NodeJS.Timeout;

  /** `mapStack` makes the places in stack traces readable. */
  constructor(mapStack: (stack: string) => string) {
    this.#mapStack = mapStack;
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  /** A run begins: what comes now is of there. */
  begin(place: string): void {
    this.#place = place;
    this.#passedBefore = this.passed + this.failed;
    this.#print(`\n${styleText('bold', place)}`);
  }

  /** How many tests the run has had so far. */
  get testsHere(): number {
    return this.passed + this.failed - this.#passedBefore;
  }

  see(event: TestEvent): void {
    if (event.kind === 'start') {
      this.running = event.test;
      this.#began = performance.now();
      return;
    }
    this.running = null;
    if (event.kind === 'pass') {
      this.passed++;
      this.#print(`  ${styleText('green', 'ok')}    ${event.test} ${styleText('dim', duration(event.ms))}`);
    } else {
      this.fail(event.test, event.error, event.ms);
    }
  }

  /** A test, or what should have been one, has failed. */
  fail(test: string, error: string, ms = 0): void {
    this.failed++;
    const stack = this.#mapStack(error).replaceAll(/^/gm, '        ');
    this.#failures.push(this.#place === '' ? test : `${this.#place}: ${test}`);
    this.#print(`  ${styleText('red', 'FAIL')}  ${test} ${styleText('dim', duration(ms))}\n${stack}`);
  }

  /** Prints the totals, with the names of all failures once more. */
  end(): void {
    clearInterval(this.#timer);
    this.#print('');
    for (const failure of this.#failures) console.log(`${styleText('red', 'FAIL')} ${failure}`);
    console.log(`${this.#failures.length > 0 ? '\n' : ''}${this.passed} passed, ${this.failed} failed`);
  }

  #print(text: string): void {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
    console.log(text);
  }

  #draw(): void {
    if (!process.stdout.isTTY || this.running === null) return;
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(0);
    const text = `  ...   ${this.running} (${this.passed + this.failed} tests so far, ${seconds} s)`;
    process.stdout.write(`\r\x1b[K${text.slice(0, process.stdout.columns - 1)}`);
  }
}

function duration(ms: number): string {
  return `(${ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`})`;
}
