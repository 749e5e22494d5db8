import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { pathToFileURL } from 'node:url';
import { type Entry, ROOT } from './project.ts';
import { isDocComment, parseFile, type SourceFile, type SyntaxNode } from './syntax.ts';

/** What one exported name stands for: a class, a function, a type, or a constant and a type of the same name. */
export interface PublicName {
  readonly name: string;
  /** The declaration file that declares it, from the project's folder. */
  readonly file: string;
  /** Its declarations, without comments and without the compiler's line breaks. */
  readonly declarations: readonly string[];
  /** Whether one of them has a doc comment. */
  readonly documented: boolean;
  /** Whether it is more than a type: something to import at run time. */
  readonly isValue: boolean;
}

const parsed = new Map<string, SourceFile>();

function declarationFile(path: string): SourceFile {
  let file = parsed.get(path);
  if (file === undefined) {
    file = parseFile(path);
    parsed.set(path, file);
  }
  return file;
}

/** The declaration file that `specifier` means in `file`. */
function resolve(file: SourceFile, specifier: string): string {
  if (!specifier.startsWith('.')) throw new Error(`${file.path} exports from ${specifier}, which is not ours`);
  return join(dirname(file.path), specifier.replace(/\.(ts|js)$/, '.d.ts'));
}

/** All names that an entry exports, sorted, read from the built declaration files. */
export function publicApi(entry: Entry): PublicName[] {
  const path = join(entry.types);
  const names = [...new Set(exportedNames(path))].toSorted();
  return names.map((name) => {
    const found = find(path, name);
    if (found === null) throw new Error(`${path} exports ${name}, which nothing declares`);
    return { ...found, name };
  });
}

function exportedNames(path: string): string[] {
  const file = declarationFile(path);
  return file.exports.flatMap(({ name, from }) => {
    if (name !== null) return [name];
    return from === null ? [] : exportedNames(resolve(file, from));
  });
}

/** Follows the export `name` of a file to where it is declared; `null` if the file has no such export. */
function find(path: string, name: string): PublicName | null {
  const file = declarationFile(path);
  for (const exported of file.exports) {
    if (exported.name !== name && exported.name !== null) continue;
    if (exported.from === null) return declared(file, exported.original ?? name);
    const found = find(resolve(file, exported.from), exported.original ?? name);
    if (found !== null) return { ...found, isValue: found.isValue && !exported.asType };
  }
  return null;
}

function declared(file: SourceFile, name: string): PublicName {
  const statements = file.body.filter((node) => declaredNames(node).includes(name));
  if (statements.length === 0) throw new Error(`${file.path} does not declare ${name}`);
  return {
    name,
    file: file.path,
    declarations: statements.map((node) => withoutComments(file, node)),
    documented: statements.some((node) => hasDocComment(file, node)),
    isValue: statements.some((node) => !/^TS(Interface|TypeAlias)/.test(declarationOf(node).type)),
  };
}

function declarationOf(statement: SyntaxNode): SyntaxNode {
  return (statement['declaration'] as SyntaxNode | null | undefined) ?? statement;
}

function declaredNames(statement: SyntaxNode): string[] {
  const declaration = declarationOf(statement);
  const declarators = declaration['declarations'] as readonly SyntaxNode[] | undefined;
  return (declarators ?? [declaration]).map((node) => String((node['id'] as { name?: unknown } | null)?.name));
}

function hasDocComment(file: SourceFile, statement: SyntaxNode): boolean {
  return file.comments.some(
    (comment) =>
      isDocComment(comment) &&
      comment.end <= statement.start &&
      file.text.slice(comment.end, statement.start).trim() === '',
  );
}

function withoutComments(file: SourceFile, statement: SyntaxNode): string {
  let text = '';
  let at = statement.start;
  for (const comment of file.comments) {
    if (comment.start < at || comment.end > statement.end) continue;
    text += file.text.slice(at, comment.start);
    at = comment.end;
  }
  text += file.text.slice(at, statement.end);
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.filter((line) => line !== '').join('\n');
}

/** What an entry exports at run time: each name with its kind, and with its value where that is a plain one. */
export async function runtimeExports(entry: Entry): Promise<Map<string, string>> {
  const module = (await import(pathToFileURL(join(ROOT, entry.module)).href)) as Record<string, unknown>;
  return new Map(Object.entries(module).map(([name, value]) => [name, describeValue(value)]));
}

function describeValue(value: unknown): string {
  if (typeof value === 'function') {
    return Function.prototype.toString.call(value).startsWith('class') ? 'class' : 'function';
  }
  if (typeof value === 'object' && value !== null) return `object { ${Object.keys(value).join(', ')} }`;
  return typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? 'undefined');
}
