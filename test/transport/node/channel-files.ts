import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createChannelFile, MappedFileError } from '../../../src/transport/node/index.ts';
import { TestFolder } from '../../support/test-folder.ts';

/** A folder for the files of channels. */
export class ChannelFiles extends TestFolder {
  #count = 0;

  /** Where nothing is yet. */
  freePath(): string {
    return this.file(`channel-${this.#count++}`);
  }

  /** A new channel. */
  created(ringBytes: number | readonly [number, number] = 8192): string {
    const path = this.freePath();
    createChannelFile(path, { ringBytes });
    return path;
  }
}

/** Throws unless `call` throws a `MappedFileError` with this code. */
export function refused(code: string, call: () => unknown, message: RegExp = /./): void {
  assert.throws(call, (error) => {
    assert.ok(error instanceof MappedFileError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

/** Writes 32-bit words into a file. */
export function poke(path: string, word: number, ...values: number[]): void {
  const bytes = readFileSync(path);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 * (word + i));
  writeFileSync(path, bytes);
}
