import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/project.ts';
import { isDocComment, lineAt, parseFile } from '../../scripts/syntax.ts';

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
