import { paintFor } from '../paint.ts';
import { frameLines } from './frame.ts';
import { onKeys } from './keys.ts';
import { jsonLine, plainLine } from './lines.ts';
import type { Sample } from './sample.ts';
import { Screen } from './screen.ts';

/** Packets of each ring in JSON, and at most on a terminal. */
const LAST_PACKETS = 8;

/** Rows of a terminal that are taken whatever happens, with two rings. */
const FIXED_ROWS = 22;

const CTRL_C = '\u0003';

/** How samples are shown. */
export interface View {
  /** Packets of each ring that it has room for. */
  readonly packets: number;
  open(): void;
  show(now: Sample, before: Sample | null): void;
  close(): void;
}

/** One line each time. What nobody takes is not gathered. */
export class LineView implements View {
  readonly packets: number;
  readonly #lineOf: typeof plainLine;

  constructor(isJson: boolean) {
    this.#lineOf = isJson ? jsonLine : plainLine;
    this.packets = isJson ? LAST_PACKETS : 0;
  }

  open(): void {}

  show(now: Sample, before: Sample | null): void {
    if (!process.stdout.writableNeedDrain) process.stdout.write(this.#lineOf(now, before));
  }

  close(): void {}
}

/** A terminal's screen. What was shown last stays when it is closed. */
export class ScreenView implements View {
  readonly #screen = new Screen(process.stdout);
  readonly #paint = paintFor(process.stdout);
  readonly #onEnough: () => void;
  readonly #onCtrlC: () => void;
  readonly #redraw = (): void => this.#screen.draw(this.#lines);
  #lines: readonly string[] = [];
  #stopKeys: (() => void) | null = null;

  /** Both are called when the key is pressed. */
  constructor(onEnough: () => void, onCtrlC: () => void) {
    this.#onEnough = onEnough;
    this.#onCtrlC = onCtrlC;
  }

  get packets(): number {
    return Math.max(0, Math.min(LAST_PACKETS, Math.floor((this.#screen.rows - FIXED_ROWS) / 2)));
  }

  open(): void {
    this.#screen.open();
    this.#stopKeys = onKeys((key) => {
      if (key === 'q') this.#onEnough();
      if (key === CTRL_C) this.#onCtrlC();
    });
    process.stdout.on('resize', this.#redraw);
  }

  show(now: Sample, before: Sample | null): void {
    this.#lines = [...frameLines(now, before, this.#paint)];
    this.#redraw();
  }

  close(): void {
    if (this.#stopKeys === null) return;
    this.#stopKeys();
    this.#stopKeys = null;
    process.stdout.removeListener('resize', this.#redraw);
    this.#screen.close();
    for (const line of this.#lines) process.stdout.write(`${line}\n`);
  }
}
