import { ControlWords } from '../memory/control-words.ts';
import { CONTROL_WORD_COUNT } from '../wire/control-page.ts';

/** A control page: at least its first 128 bytes, at an offset in their buffer that is a multiple of 4. */
export type ControlPage = Uint8Array | Int32Array | Uint32Array;

/** The control words in `page`. Throws a RangeError where it is too short or not aligned. */
export function controlWordsOf(page: ControlPage): ControlWords {
  if (page.byteLength < CONTROL_WORD_COUNT * 4 || page.byteOffset % 4 !== 0) {
    const what = `${page.byteLength} bytes at offset ${page.byteOffset}`;
    throw new RangeError(`a control page has ${CONTROL_WORD_COUNT * 4} aligned bytes, got ${what}`);
  }
  return new ControlWords(new Int32Array(page.buffer, page.byteOffset, CONTROL_WORD_COUNT), 0);
}
