import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { ROOT } from '../../scripts/project.ts';
import { isDocComment, lineAt, nodesIn, parseFile, type SyntaxNode } from '../../scripts/syntax.ts';

/** A block of code out of a document or a doc comment. */
export interface ExampleBlock {
  /** The file that holds it, and the line of its first line of code. */
  readonly file: string;
  readonly line: number;
  /** What stands behind the fence: `ts`. */
  readonly language: string;
  readonly code: string;
}

/** The fenced blocks of a text that begins in line `firstLine` of `file`. */
function fencedBlocks(file: string, text: string, firstLine: number): ExampleBlock[] {
  const blocks: ExampleBlock[] = [];
  let open: { language: string; line: number; code: string[] } | null = null;
  for (const [i, line] of text.split('\n').entries()) {
    const fence = /^ *```(\S*)/.exec(line);
    if (fence === null) {
      open?.code.push(line);
    } else if (open === null) {
      open = { language: fence[1] ?? '', line: firstLine + i + 1, code: [] };
    } else {
      blocks.push({ file, line: open.line, language: open.language, code: open.code.join('\n') });
      open = null;
    }
  }
  if (open !== null) throw new Error(`${file}:${open.line}: this block is not closed`);
  return blocks;
}

/** The blocks of a Markdown file. */
export function blocksOfDocument(file: string): ExampleBlock[] {
  return fencedBlocks(file, readFileSync(join(ROOT, file), 'utf8'), 1);
}

/** The blocks of the doc comments of a source file. */
export function blocksOfSource(file: string): ExampleBlock[] {
  const { text, comments } = parseFile(file);
  return comments.filter(isDocComment).flatMap((comment) => {
    const content = comment.value.replaceAll(/^\s*\* ?/gm, '');
    return fencedBlocks(file, content, lineAt(text, comment.start));
  });
}

/** A number, bigint, boolean, `null`, or a string in quotes; or a list of them in brackets. */
const LITERAL = String.raw`-?(?:0x[\da-f_]+|\d[\d_]*(?:\.\d+)?)n?|'[^'\\]*'|"[^"\\]*"|true|false|null`;
const LITERAL_OR_LIST = String.raw`(?:${LITERAL})|\[(?:(?:${LITERAL})(?:, (?:${LITERAL}))*)?\]`;

/** Behind a statement: a comment that is such a literal and nothing else, but for `: explanation`. */
const CLAIM: RegExp = new RegExp(String.raw`^[ \t]*//[ \t]*(${LITERAL_OR_LIST})[ \t]*(?:: .*)?(?=\n|$)`, 'i');

/** The code of an example with its claims turned into calls of `claim`, and the lines that hold one. */
export interface ClaimedCode {
  readonly code: string;
  readonly lines: readonly number[];
}

/**
 * Turns each statement `expression; // literal` into `claim(line, expression, literal);`, and adds such a call behind
 * each `const name = expression; // literal`. No line moves; `firstLine` is the number of the first one.
 */
export function withClaims(code: string, firstLine = 1): ClaimedCode {
  const { program, errors } = parseSync('example.ts', code);
  // What does not parse is for the compiler to complain of.
  if (errors.length > 0) return { code, lines: [] };
  let text = '';
  let at = 0;
  const lines: number[] = [];
  for (const statement of nodesIn(program.body as unknown as readonly SyntaxNode[])) {
    const expected = CLAIM.exec(code.slice(statement.end))?.[1];
    const claimed = expected === undefined ? null : claimedBy(statement);
    if (claimed === null) continue;
    const line = firstLine + lineAt(code, statement.start) - 1;
    const call = `claim(${line}, ${code.slice(claimed.start, claimed.end)}, ${expected});`;
    const isExpression = statement.type === 'ExpressionStatement';
    text += isExpression ? code.slice(at, statement.start) + call : `${code.slice(at, statement.end)} ${call}`;
    at = statement.end;
    lines.push(line);
  }
  return { code: text + code.slice(at), lines };
}

/** The expression of a statement, or the name of the one constant that it declares; else `null`. */
function claimedBy(statement: SyntaxNode): SyntaxNode | null {
  if (statement.type === 'ExpressionStatement') return statement['expression'] as SyntaxNode;
  if (statement.type !== 'VariableDeclaration') return null;
  const [first, second] = statement['declarations'] as readonly SyntaxNode[];
  const name = first?.['id'] as SyntaxNode | undefined;
  return name?.type === 'Identifier' && (name['typeAnnotation'] ?? null) === null && second === undefined ? name : null;
}
