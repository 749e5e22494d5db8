import type { SingleBar } from 'cli-progress';

const INTERVAL_MS = 50;
const MIB = 1 << 20;

const FORMAT_OF_TOTAL = '{bar} {percentage}%  {mib} of {totalMib} MiB  {rate} MB/s';
const FORMAT_WITHOUT = '{mib} MiB  {rate} MB/s';

/** Progress on standard error, if that is a terminal; else nothing at all: a bar, or numbers where nobody knows how much it will be. */
export class Progress {
  readonly #bar: SingleBar;
  readonly #totalBytes: number | null;
  #startMs = 0;
  #readBytes: () => number = () => 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(bar: SingleBar, totalBytes: number | null) {
    this.#bar = bar;
    this.#totalBytes = totalBytes;
  }

  /** `null` where nobody would see it: the bar's package is not even loaded then. */
  static async create(totalBytes: number | null): Promise<Progress | null> {
    if (!process.stderr.isTTY || totalBytes === 0) return null;
    const { default: cliProgress } = await import('cli-progress');
    const format = totalBytes === null ? FORMAT_WITHOUT : FORMAT_OF_TOTAL;
    const bar = new cliProgress.SingleBar(
      { format, hideCursor: true, stream: process.stderr },
      cliProgress.Presets.shades_classic,
    );
    return new Progress(bar, totalBytes);
  }

  /** Shows it, and looks at `readBytes` for as long as it is shown. Harmless where it was started already. */
  start(readBytes: () => number): void {
    if (this.#timer !== undefined) return;
    this.#readBytes = readBytes;
    this.#startMs = performance.now();
    this.#bar.start(this.#totalBytes ?? 0, 0, this.#payload(0));
    this.#timer = setInterval(() => this.#update(), INTERVAL_MS);
  }

  /** Leaves it as it is and gives the terminal back. Harmless where it was not started. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#update();
    this.#bar.stop();
  }

  #update(): void {
    const bytes = this.#readBytes();
    this.#bar.update(bytes, this.#payload(bytes));
  }

  #payload(bytes: number): { mib: string; totalMib: string; rate: string } {
    const seconds = (performance.now() - this.#startMs) / 1000;
    return {
      mib: (bytes / MIB).toFixed(1),
      totalMib: ((this.#totalBytes ?? 0) / MIB).toFixed(1),
      rate: (bytes / 1e6 / Math.max(seconds, 0.001)).toFixed(0),
    };
  }
}
