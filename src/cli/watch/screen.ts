import { stripVTControlCharacters } from 'node:util';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Columns and rows of a terminal that does not tell. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** The terminal's other screen, which leaves what was there before alone. */
export class Screen {
  readonly #output: NodeJS.WriteStream;
  #isOpen = false;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  open(): void {
    this.#isOpen = true;
    this.#output.write(ENTER);
  }

  /** Rows that can be drawn. */
  get rows(): number {
    const { rows } = this.#output;
    return rows > 0 ? rows : DEFAULT_SIZE.rows;
  }

  /** Draws the lines from the top, those that there is room for, each as far as it fits. */
  draw(lines: readonly string[]): void {
    const { columns } = this.#output;
    const width = columns > 0 ? columns : DEFAULT_SIZE.columns;
    const shown = lines.slice(0, this.rows).map((line) => fit(line, width) + CLEAR_LINE_END);
    this.#output.write(`${HOME}${shown.join('\r\n')}${CLEAR_BELOW}`);
  }

  /** Brings the screen back that was there before. Harmless where it is there. */
  close(): void {
    if (this.#isOpen) this.#output.write(LEAVE);
    this.#isOpen = false;
  }
}

/** Undressed where it has to be cut: else what dresses it might not be taken off any more. */
function fit(line: string, width: number): string {
  const text = stripVTControlCharacters(line);
  return text.length <= width ? line : text.slice(0, width);
}
