import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../scripts/project.ts';
import { accesses, functionsOf, wasmFunctions } from './accesses.ts';
import { BEYOND, ENOUGH, WEAKER } from './variants.ts';

// docs/weak-memory.md says which statement of the model stands for which line of the library: what it says has to be true of both. (Whether spin
// finds what it says is for weak-memory.weak.ts.)

const DOCUMENT = readFileSync(join(ROOT, 'docs/weak-memory.md'), 'utf8');
const ARCHITECTURE = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');

/** The rows of the tables whose heads these are, as their cells. */
function rowsOf(text: string, head: string): string[][] {
  const rows: string[][] = [];
  const lines = text.split('\n');
  for (let i = lines.indexOf(head); i >= 0; i = lines.indexOf(head, i)) {
    for (i += 2; lines[i]?.startsWith('|') === true; i++) {
      const cells = lines[i]!.split('|').slice(1, -1);
      rows.push(cells.map((cell) => cell.trim()));
    }
  }
  assert.ok(rows.length > 0, `there is no table with the head ${head}`);
  return rows;
}

const MARK = /\b[WR]\d+\b/g;

function marksIn(text: string): string[] {
  return [...text.matchAll(MARK)].map(([mark]) => mark);
}

const models = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.pml'));
const model = models.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n');
const statements = rowsOf(DOCUMENT, '| mark | model | code |');

/** What `src/ring/parse.ts:parsePacket` has to be among. */
function namesIn(file: string): string[] {
  return file.endsWith('.wat') ? [...wasmFunctions().keys()] : functionsOf(file).map(({ name }) => name);
}

describe('the correspondence of model and code', () => {
  it('has each mark of the model once, in order', () => {
    const marks = marksIn([...model.matchAll(/\/\* \[\w+\] \*\//g)].join(' '));
    assert.equal(new Set(marks).size, marks.length);
    assert.deepEqual(
      statements.map(([mark]) => mark),
      marks.toSorted((a, b) => b.charCodeAt(0) - a.charCodeAt(0) || Number(a.slice(1)) - Number(b.slice(1))),
    );
  });

  it('names functions that there are', () => {
    const places = [...DOCUMENT.matchAll(/`(src\/[^`:]+):([^`]+)`/g)];
    const missing = places.filter(([, file, name]) => !namesIn(file!).includes(name!)).map(([place]) => place);
    assert.deepEqual(missing, []);
    assert.ok(places.length > 50, `${places.length} places`);
  });

  it('has every access to control words, and what is said of it are marks of the model, or why there are none', () => {
    const rows = rowsOf(DOCUMENT, '| function | accesses | marks |');
    assert.deepEqual(
      rows.map(([place, list]) => `${place}: ${list}`),
      accesses().map(({ place, accesses: list }) => `\`${place}\`: ${list.map((each) => `\`${each}\``).join(', ')}`),
    );
    const known = new Set(statements.map(([mark]) => mark));
    for (const [place, , said] of rows) {
      const marks = marksIn(said!);
      assert.ok(marks.length > 0 || /^none: ./.test(said!), place);
      for (const mark of marks) assert.ok(known.has(mark), `${place}: ${mark}`);
    }
  });
});

describe('the rows', () => {
  const weaker = rowsOf(DOCUMENT, '| row | variant | weaker | what goes wrong | states |');

  it("are those of ARCHITECTURE.md's order of each step", () => {
    const steps = rowsOf(ARCHITECTURE, '| step | where | needed |');
    assert.deepEqual(
      weaker.map(([row]) => row).filter((row) => row !== ''),
      steps.map(([step, , needed]) => `${step}: ${needed}`),
    );
  });

  it('have the variants that spin is asked about, and what it finds', () => {
    const beyond = rowsOf(DOCUMENT, '| variant | what goes wrong | states |');
    const documented = [
      ...weaker.map(([, name, , found]) => ({ name, found })),
      ...beyond.map(([name, found]) => ({ name, found })),
    ];
    assert.deepEqual(
      documented.map(({ name }) => name),
      [...WEAKER, ...BEYOND].map(({ name }) => name),
    );
    let last = '';
    for (const [i, { finds, name }] of [...WEAKER, ...BEYOND].entries()) {
      const found = documented[i]!.found!;
      if (!/^the same\b/.test(found)) last = found;
      assert.ok(last.startsWith(finds!), `${name}: ${found}`);
    }
    assert.deepEqual(
      rowsOf(DOCUMENT, '| variant | states |').map(([name]) => name),
      ENOUGH.map(({ name }) => name),
    );
  });

  it('weaken each access for which more than relaxed is claimed', () => {
    const claims = readFileSync(join(import.meta.dirname, 'choices.pml'), 'utf8').matchAll(
      /EACH\((\w+), ([A-Z]\w+)\)/g,
    );
    const strong = [...claims].filter(([, , order]) => order !== 'RELAXED').map(([, name]) => name!);
    const weakened = new Set([...WEAKER, ...BEYOND].flatMap(({ choices }) => Object.keys(choices)));
    assert.ok(strong.length > 10, `${strong.length} accesses`);
    assert.deepEqual(
      strong.filter((name) => !weakened.has(name)),
      [],
    );
  });
});
