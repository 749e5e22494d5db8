import { nodesIn, type SourceFile, type SyntaxNode } from '../../../scripts/syntax.ts';

/** A piece of code that is counted each time it is entered: a function, a branch, the body of a loop. */
export interface Block {
  /** The source file that it comes from. */
  readonly file: string;
}

export interface Instrumented {
  /** A module that exports, besides what it did before, `counters` and `meter`. */
  readonly code: string;
  /** What is counted where: one a counter. */
  readonly blocks: readonly Block[];
  /** The numbers that occur in the code: what inputs are compared with. */
  readonly literals: readonly number[];
}

/** One change of the text: `text` in place of what lies between `at` and `until`. */
interface Edit {
  readonly at: number;
  readonly until: number;
  readonly text: string;
  /** Among those at one place: what is closed comes before what is opened, inner before outer and outer before inner. */
  readonly order: number;
}

const LOOPS = /^(For|ForIn|ForOf|While|DoWhile)Statement$/;
const ARRAYS = /^(ArrayBuffer|SharedArrayBuffer|(Big)?(Int|Uint|Float)(8|16|32|64)(Clamped)?Array)$/;

/** Which file of the project each part of a bundle comes from: esbuild says so in a comment before it. */
function filesOf(text: string): (at: number) => string {
  const starts = Array.from(text.matchAll(/^\/\/ (\S+\.ts)$/gm), (match) => ({ at: match.index, file: match[1]! }));
  return (at) => starts.findLast((start) => start.at <= at)?.file ?? '';
}

class Instrumenter {
  readonly blocks: Block[] = [];
  readonly literals = new Set<number>();
  readonly edits: Edit[] = [];
  readonly #fileAt: (at: number) => string;
  readonly #isCounted: (file: string) => boolean;
  #opened = 0;

  constructor(fileAt: (at: number) => string, isCounted: (file: string) => boolean) {
    this.#fileAt = fileAt;
    this.#isCounted = isCounted;
  }

  visit(node: SyntaxNode): void {
    const file = this.#fileAt(node.start);
    if (!this.#isCounted(file)) return;
    const { type } = node;
    if (type === 'Literal' && typeof node['value'] === 'number') this.literals.add(node['value']);
    else if (type === 'NewExpression') this.#meter(node);
    else if (type === 'IfStatement') this.#branch(node, file);
    else if (LOOPS.test(type)) this.#statement(child(node, 'body'), file);
    else if (type === 'ConditionalExpression') {
      this.#expression(child(node, 'consequent'), file);
      this.#expression(child(node, 'alternate'), file);
    } else if (type === 'LogicalExpression') this.#expression(child(node, 'right'), file);
    else if (type === 'SwitchCase') {
      const [first] = node['consequent'] as readonly SyntaxNode[];
      if (first !== undefined) this.#open(first.start, this.#count(file));
    } else if (/Function(Declaration|Expression)$|^CatchClause$/.test(type)) this.#body(child(node, 'body'), file);
  }

  /** `else` is a branch of its own, whether it is written or not. */
  #branch(node: SyntaxNode, file: string): void {
    const consequent = child(node, 'consequent');
    const alternate = node['alternate'] as SyntaxNode | null;
    const implicit = alternate === null ? `else{${this.#count(file)}}` : '';
    this.#statement(consequent, file, implicit);
    if (alternate !== null) this.#statement(alternate, file);
  }

  #body(body: SyntaxNode, file: string): void {
    if (body.type === 'BlockStatement') this.#open(body.start + 1, this.#count(file));
    else this.#expression(body, file);
  }

  #statement(node: SyntaxNode, file: string, after = ''): void {
    this.#open(node.start, `{${this.#count(file)}`);
    this.#close(node.end, `}${after}`);
  }

  #expression(node: SyntaxNode, file: string): void {
    this.#open(node.start, `(${this.#count(file).replace(';', ',')}`);
    this.#close(node.end, ')');
  }

  /** What is allocated by a length that was computed is added up. */
  #meter(node: SyntaxNode): void {
    const callee = child(node, 'callee');
    const [first, ...rest] = node['arguments'] as readonly SyntaxNode[];
    const name = String(callee['name']);
    if (callee.type !== 'Identifier' || !ARRAYS.test(name) || first === undefined || rest.length > 0) return;
    if (first.type === 'SpreadElement') return;
    this.edits.push({ at: node.start, until: first.start, text: `fuzzMeter.make(${name}, `, order: ++this.#opened });
  }

  #count(file: string): string {
    return `fuzzCounters[${this.blocks.push({ file }) - 1}]++;`;
  }

  #open(at: number, text: string): void {
    this.edits.push({ at, until: at, text, order: ++this.#opened });
  }

  #close(at: number, text: string): void {
    this.edits.push({ at, until: at, text, order: -++this.#opened });
  }
}

function child(node: SyntaxNode, property: string): SyntaxNode {
  return node[property] as SyntaxNode;
}

const METER = `
const fuzzMeter = {
  bytes: 0,
  limit: Infinity,
  make(Constructor, what) {
    if (typeof what === 'number') this.add(what * (Constructor.BYTES_PER_ELEMENT ?? 1));
    return new Constructor(what);
  },
  add(bytes) {
    if (bytes > 0) this.bytes += bytes;
    if (this.bytes > this.limit) throw new Error('more than ' + this.limit + ' bytes are allocated for one input');
  },
};
export { fuzzCounters as counters, fuzzMeter as meter };
`;

/** Counts the blocks of those parts of a bundle that come from files for which `isCounted`. */
export function instrument(source: SourceFile, isCounted: (file: string) => boolean): Instrumented {
  const { text, body } = source;
  const instrumenter = new Instrumenter(filesOf(text), isCounted);
  for (const node of nodesIn(body)) instrumenter.visit(node);
  const { blocks, literals, edits } = instrumenter;
  let code = `const fuzzCounters = new Uint8Array(${blocks.length});${METER}`;
  let done = 0;
  for (const edit of edits.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
    code += text.slice(done, edit.at) + edit.text;
    done = edit.until;
  }
  return { code: code + text.slice(done), blocks, literals: [...literals] };
}
