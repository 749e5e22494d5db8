import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/project.ts';
import { typeScriptFiles } from '../../scripts/project-files.ts';
import { nodesIn, parseFile, type SyntaxNode } from '../../scripts/syntax.ts';

/** What one function does to control words, in the order of its text. */
export interface FunctionAccesses {
  /** `src/ring/outgoing-ring.ts:canWrite`. */
  readonly place: string;
  readonly accesses: readonly string[];
}

/** What counts as an access, in the files where there are some: the pattern of the first entry whose files they are. */
const PATTERNS: readonly (readonly [files: RegExp, access: RegExp])[] = [
  [/^src\/memory\/control-words\.ts$/, /\bcalls\.\w+(?=\()|this\.(?:load|store)\(\w+|Atomics\.\w+|this\.#words\[/g],
  [
    /^src\/(?:ring|direct|memory)\//,
    /\bcontrol\.(?:load|store|commit|peek)\w*(?:\([A-Z]\w+)?|\bcalls!?\.(?:send|receive)\w*/g,
  ],
  [/^src\/channel\//, /\b(?:ring|outgoing)\.(?:set|verify|can|commit)\w+|this\.#isReadable/g],
];

interface Named {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function nameOf(node: SyntaxNode): string | null {
  const named =
    node.type === 'FunctionDeclaration' ? node['id'] : node.type === 'MethodDefinition' ? node['key'] : null;
  const { type, name } = (named ?? {}) as { type?: string; name?: string };
  if (name === undefined) return null;
  return type === 'PrivateIdentifier' ? `#${name}` : name;
}

/** Functions and methods with names of their own, in the order of the text. */
export function functionsOf(file: string): Named[] {
  return [...nodesIn(parseFile(file).body)].flatMap((node) => {
    const name = nameOf(node);
    return name === null ? [] : [{ name, start: node.start, end: node.end }];
  });
}

/** The text with comments blanked. */
function withoutComments(file: string): string {
  const { text, comments } = parseFile(file);
  let code = text;
  for (const { start, end } of comments) code = code.slice(0, start) + ' '.repeat(end - start) + code.slice(end);
  return code;
}

function accessesIn(file: string, pattern: RegExp): FunctionAccesses[] {
  const code = withoutComments(file);
  const functions = functionsOf(file);
  const found = new Map<string, string[]>();
  for (const match of code.matchAll(pattern)) {
    const inside = functions.filter(({ start, end }) => start <= match.index && match.index < end);
    const place = `${file}:${inside.at(-1)?.name ?? ''}`;
    found.set(place, [...(found.get(place) ?? []), match[0].replace('(', ' ')]);
  }
  return [...found].map(([place, list]) => ({ place, accesses: list }));
}

const WASM = 'src/wasm/ring-calls.wat';

/** The functions of the WebAssembly, with their texts. */
export function wasmFunctions(): Map<string, string> {
  const text = readFileSync(join(ROOT, WASM), 'utf8').replaceAll(/;;.*$/gm, '');
  const [, ...parts] = text.split(/^ {2}(?=\(func )/m);
  return new Map(
    parts.map((part) => [/\(func (?:\$(\w+)|\(export "(\w+)"\))/.exec(part)!.slice(1).find(Boolean)!, part]),
  );
}

function wasmAccesses(): FunctionAccesses[] {
  return [...wasmFunctions()].flatMap(([name, text]) => {
    const list = [...text.matchAll(/\w+\.atomic\.\w+(?: offset=\d+)?|call \$commit\w+/g)].map(([access]) => access);
    return list.length === 0 ? [] : [{ place: `${WASM}:${name}`, accesses: list }];
  });
}

/** All of them, in the library. */
export function accesses(): FunctionAccesses[] {
  const inTypeScript = typeScriptFiles('src').flatMap((file) => {
    const pattern = PATTERNS.find(([files]) => files.test(file))?.[1];
    return pattern === undefined ? [] : accessesIn(file, pattern);
  });
  return [...inTypeScript, ...wasmAccesses()];
}
