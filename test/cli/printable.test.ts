import assert from 'node:assert/strict';
import { it } from 'node:test';
import { printable, printableJson, printableLines } from '../../src/cli/printable.ts';

/** First and last of each: C0, DEL and C1, bidirectional controls, zero-width and other formats, separators, fillers, surrogates, tags. */
const HOSTILE: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xe000, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
  [0xe0100, 0xe01ef],
];

function* hostileCharacters(): Generator<string> {
  for (const [first, last] of HOSTILE) {
    for (let code = first; code <= last; code++) yield String.fromCodePoint(code);
  }
}

it('nothing that a terminal would obey or hide is left in text of one line', () => {
  for (const character of hostileCharacters()) {
    assert.equal(printable(`a${character}b`), `a\\u{${character.codePointAt(0)!.toString(16)}}b`);
  }
  for (const text of ['plain', 'ångström Ωμέγα 漢字 العربية', '🙂', ' ~']) assert.equal(printable(text), text);
});

it('lines and tabs stay in text of many lines, and nothing else', () => {
  assert.equal(printableLines('one\n\ttwo\r\u001b[31m'), 'one\n\ttwo\\u{d}\\u{1b}[31m');
});

it('a JSON document has the same value, and is safe to print', () => {
  for (const character of hostileCharacters()) {
    const value = { [`key${character}`]: [`a${character}b`, 1, null] };
    for (const indent of [0, 2]) {
      const text = printableJson(value, indent);
      assert.deepEqual(JSON.parse(text), value);
      assert.match(text, /^[ -~\n]+$/);
      assert.equal(text.includes('\n'), indent > 0);
    }
  }
});
