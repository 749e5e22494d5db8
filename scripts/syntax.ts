import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { ROOT } from './project.ts';

/** A node of the syntax tree (ESTree with TypeScript's nodes), as far as one can rely on it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

export interface Comment {
  readonly type: 'Block' | 'Line';
  /** Without the marks around it. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** One name that a module exports. */
export interface ExportedName {
  /** `null` for `export * from`. */
  readonly name: string | null;
  /** What it is called where it comes from: in this module, or in `from`. */
  readonly original: string | null;
  readonly from: string | null;
  /** Whether it is passed on from another module as a type, whatever it is there. */
  readonly asType: boolean;
}

export interface SourceFile {
  /** From the project's folder. */
  readonly path: string;
  readonly text: string;
  readonly body: readonly SyntaxNode[];
  readonly comments: readonly Comment[];
  readonly exports: readonly ExportedName[];
}

/** Parses one file of the project. */
export function parseFile(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const { program, comments, errors, module } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const body = program.body as unknown as readonly SyntaxNode[];
  const entries = module.staticExports.flatMap((statement) => statement.entries);
  const exports = entries.map((entry) => ({
    name: entry.exportName.name,
    original: entry.moduleRequest === null ? entry.localName.name : entry.importName.name,
    from: entry.moduleRequest?.value ?? null,
    asType: entry.moduleRequest !== null && entry.isType,
  }));
  return { path, text, body, comments, exports };
}

/** Every module that a file imports or exports from, statically or not, for its types alone or not. */
export function importsOf({ path, body }: SourceFile): string[] {
  const found = new Set<string>();
  for (const node of nodesIn(body)) {
    const source = node['source'];
    if (isNode(source) && typeof source['value'] === 'string') found.add(source['value']);
    else if (/^(ImportExpression|TSImportType)$/.test(node.type)) throw new Error(`${path} imports a computed name`);
  }
  return [...found];
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** All nodes in and below these, parents first. */
export function* nodesIn(nodes: readonly SyntaxNode[]): Generator<SyntaxNode, void, undefined> {
  const stack = nodes.toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    for (const value of Object.values(node)) {
      if (isNode(value)) stack.push(value);
      else if (Array.isArray(value)) stack.push(...value.filter(isNode).toReversed());
    }
  }
}

/** The line, counted from 1, that holds the character at `offset`. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Whether a comment is a doc comment. */
export function isDocComment(comment: Comment): boolean {
  return comment.type === 'Block' && comment.value.startsWith('*');
}
