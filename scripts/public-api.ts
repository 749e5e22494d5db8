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
  /** What a class or an interface takes over from those that it extends, the nearest first. */
  readonly inherited: readonly InheritedMembers[];
  /** The doc comments in front of the declarations, empty if there are none. */
  readonly doc: string;
  /** Its public members that have no doc comment. */
  readonly silentMembers: readonly string[];
  /** Whether it is more than a type: something to import at run time. */
  readonly isValue: boolean;
}

/** The public members that a type takes over from one that it extends. */
export interface InheritedMembers {
  /** The name of the type that declares them. */
  readonly from: string;
  readonly members: readonly string[];
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
  const { inherited, silentMembers } = statements.map((node) => publicMembers(file, node)).reduce(merged);
  return {
    name,
    file: file.path,
    declarations: statements.map((node) => withoutComments(file, node)),
    inherited,
    doc: statements.map((node) => docOf(file, node)).join(''),
    silentMembers,
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

/** The doc comment in front of a statement or a member, empty if there is none. */
function docOf(file: SourceFile, node: SyntaxNode): string {
  const comment = file.comments.find(({ end }) => end <= node.start && file.text.slice(end, node.start).trim() === '');
  return comment !== undefined && isDocComment(comment) ? comment.value : '';
}

type Members = Pick<PublicName, 'inherited' | 'silentMembers'>;

function merged(a: Members, b: Members): Members {
  return { inherited: [...a.inherited, ...b.inherited], silentMembers: [...a.silentMembers, ...b.silentMembers] };
}

/** A declaration, and the file that it is in. */
interface Declared {
  readonly file: SourceFile;
  readonly node: SyntaxNode;
}

/** The public members of a class, an interface or a constant, and of the types of ours that it extends. */
function publicMembers(file: SourceFile, statement: SyntaxNode): Members {
  const inherited: InheritedMembers[] = [];
  const silentMembers: string[] = [];
  const seen = new Set<string>();
  const own = declarationOf(statement);
  for (const { file: home, node } of lineage({ file, node: own })) {
    const members = membersOf(node)
      .map((member) => ({ name: memberName(home, member), text: withoutComments(home, member), member }))
      .filter(({ name, member }) => isPublic(member) && !seen.has(name) && (node === own || name !== 'constructor'));
    for (const { name, member } of members) {
      seen.add(name);
      if (docOf(home, member) === '') silentMembers.push(name);
    }
    const from = (node['id'] as { name: string } | undefined)?.name ?? '';
    if (node !== own && members.length > 0) inherited.push({ from, members: members.map(({ text }) => text) });
  }
  return { inherited, silentMembers };
}

/** A declaration, then those of what it extends, the nearest first. What is not ours (`Error`) is left out. */
function lineage(declaration: Declared): Declared[] {
  const all = [declaration];
  // The list grows while it is walked: it ends, as no type extends itself.
  for (const { file, node } of all) {
    const base = (node['superClass'] as SyntaxNode | null | undefined) ?? null;
    const heritage = (node['extends'] as readonly SyntaxNode[] | undefined) ?? [];
    const bases = heritage.map((clause) => clause['expression'] as SyntaxNode);
    for (const { name } of base === null ? bases : [base, ...bases]) all.push(...declarationsOf(file, String(name)));
  }
  return all;
}

/** What `name` stands for within `file`: its own declarations, or those of the file that it is imported from. */
function declarationsOf(file: SourceFile, name: string): Declared[] {
  const own = file.body.filter((node) => declaredNames(node).includes(name));
  if (own.length > 0) return own.map((node) => ({ file, node: declarationOf(node) }));
  for (const statement of file.body.filter(({ type }) => type === 'ImportDeclaration')) {
    for (const specifier of statement['specifiers'] as readonly SyntaxNode[]) {
      const { local, imported } = specifier as unknown as Record<'local' | 'imported', { name: string } | undefined>;
      if (local?.name !== name || imported === undefined) continue;
      const from = String((statement['source'] as SyntaxNode)['value']);
      return declarationsOf(declarationFile(resolve(file, from)), imported.name);
    }
  }
  return [];
}

/** The members of a class, of an interface, or of the type that a constant is given in its declaration. */
function membersOf(declaration: SyntaxNode): readonly SyntaxNode[] {
  const declarators = (declaration['declarations'] as readonly SyntaxNode[] | undefined) ?? [];
  const constants = declarators.flatMap(({ id }) => {
    const annotation = (id as SyntaxNode)['typeAnnotation'] as { typeAnnotation: SyntaxNode } | null;
    return (annotation?.typeAnnotation['members'] as readonly SyntaxNode[] | undefined) ?? [];
  });
  const body = (declaration['body'] as SyntaxNode | null | undefined)?.['body'];
  return Array.isArray(body) ? (body as readonly SyntaxNode[]) : constants;
}

function memberName(file: SourceFile, member: SyntaxNode): string {
  const key = member['key'] as SyntaxNode | undefined;
  const name = key === undefined ? member.type : file.text.slice(key.start, key.end);
  return member['static'] === true ? `static ${name}` : name;
}

function isPublic(member: SyntaxNode): boolean {
  const key = member['key'] as SyntaxNode | undefined;
  return key?.type !== 'PrivateIdentifier' && !/^(private|protected)$/.test(String(member['accessibility']));
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
