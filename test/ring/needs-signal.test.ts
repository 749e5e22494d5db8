import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ControlPage, inspectRing, readerNeedsSignal, writerNeedsSignal } from '../../src/index.ts';
import { Exchange } from './exchange.ts';

interface Words {
  readonly in?: number;
  readonly out?: number;
  readonly mask?: number;
  readonly pending?: number;
}

/** A control page with these words, in each form that the functions take. */
function pages(words: Words): ControlPage[] {
  const page = new Uint32Array(new SharedArrayBuffer(4096 + 4), 4);
  page.set([words.in ?? 0, words.out ?? 0, words.mask ?? 0, words.pending ?? 0]);
  page[16] = 1;
  const { buffer, byteOffset } = page;
  const plain = Uint8Array.from(new Uint8Array(buffer, byteOffset, 128));
  return [page, new Int32Array(buffer, byteOffset, 32), new Uint8Array(buffer, byteOffset, 128), plain];
}

function reader(words: Words, ringSize?: number): boolean {
  const answers = pages(words).map((page) => readerNeedsSignal(page, ringSize));
  assert.equal(new Set(answers).size, 1);
  return answers[0]!;
}

function writer(words: Words, ringSize: number): boolean {
  const answers = pages(words).map((page) => writerNeedsSignal(page, ringSize));
  assert.equal(new Set(answers).size, 1);
  return answers[0]!;
}

describe('readerNeedsSignal', () => {
  it('is for a reader that is not masked and has something to read', () => {
    assert.equal(reader({ in: 64, out: 0 }), true);
    assert.equal(reader({ in: 0, out: 64 }), true);
    assert.equal(reader({ in: 64, out: 64 }), false);
    assert.equal(reader({ in: 64, out: 0, mask: 1 }), false);
    assert.equal(reader({ in: 64, out: 0, mask: 0x8000_0000 }), false);
  });

  it('says no where a word is corrupt', () => {
    for (const bad of [4, 63, 2 ** 30, 2 ** 31, 0xffff_fff8]) {
      assert.equal(reader({ in: bad, out: 0 }), false, `in ${bad}`);
      assert.equal(reader({ in: 0, out: bad }), false, `out ${bad}`);
      assert.equal(reader({ in: bad, out: bad }), false, `both ${bad}`);
    }
  });

  it('checks the words against the size of the ring, if it is given', () => {
    assert.equal(reader({ in: 4096, out: 0 }), true);
    assert.equal(reader({ in: 4096, out: 0 }, 8192), true);
    assert.equal(reader({ in: 4096, out: 0 }, 4096), false);
    assert.equal(reader({ in: 0, out: 4096 }, 4096), false);
    assert.equal(reader({ in: 4088, out: 0 }, 4096), true);
  });
});

describe('writerNeedsSignal', () => {
  it('is for a writer that waits for no more than there is', () => {
    assert.equal(writer({ in: 0, out: 0, pending: 4088 }, 4096), true);
    assert.equal(writer({ in: 0, out: 0, pending: 0 }, 4096), false);
    assert.equal(writer({ in: 8, out: 0, pending: 4088 }, 4096), false);
    assert.equal(writer({ in: 8, out: 0, pending: 4080 }, 4096), true);
    assert.equal(writer({ in: 0, out: 8, pending: 8 }, 4096), false);
    assert.equal(writer({ in: 0, out: 16, pending: 8 }, 4096), true);
    assert.equal(writer({ in: 0, out: 0, pending: 4088 }, 8192), true);
    assert.equal(writer({ in: 0, out: 0, pending: 8192 }, 8192), false);
    assert.equal(writer({ in: 0, out: 0, pending: 0xffff_ffff }, 8192), false);
  });

  it("drops the low bits: the size less 1 means 'when empty'", () => {
    assert.equal(writer({ in: 0, out: 0, pending: 4095 }, 4096), true);
    assert.equal(writer({ in: 40, out: 40, pending: 4095 }, 4096), true);
    assert.equal(writer({ in: 48, out: 40, pending: 4095 }, 4096), false);
    assert.equal(writer({ in: 0, out: 0, pending: 7 }, 4096), false);
  });

  it('does not ask whether the reader is masked', () => {
    assert.equal(writer({ pending: 8, mask: 1 }, 4096), true);
  });

  it('says no where a word is corrupt', () => {
    for (const bad of [4, 63, 4096, 4104, 2 ** 31, 0xffff_fff8]) {
      assert.equal(writer({ in: bad, out: 0, pending: 8 }, 4096), false, `in ${bad}`);
      assert.equal(writer({ in: 0, out: bad, pending: 8 }, 4096), false, `out ${bad}`);
      assert.equal(writer({ in: bad, out: bad, pending: 8 }, 4096), false, `both ${bad}`);
    }
  });

  it('refuses sizes that no ring has', () => {
    for (const bad of [0, -4096, 4095, 4097, 0.5, NaN, Infinity]) {
      assert.throws(() => writerNeedsSignal(new Uint8Array(4096), bad), RangeError);
    }
  });
});

describe('inspectRing', () => {
  it('has every word as it is', () => {
    for (const page of pages({ in: 1, out: 0xffff_ffff, mask: 3, pending: 4 })) {
      const words = { in: 1, out: 0xffff_ffff, interruptMask: 3, pendingSendSize: 4, featureBits: 1 };
      assert.deepEqual(inspectRing(page), words);
    }
  });

  it('agrees with both ends of the ring', () => {
    const { memory, incoming, outgoing } = new Exchange(4096);
    outgoing.setPendingSendSize(72);
    assert.deepEqual(inspectRing(memory.pages[0]!), incoming.inspect().control);
    assert.deepEqual(inspectRing(memory.pages[0]!), outgoing.inspect().control);
  });
});

describe('a control page', () => {
  const ask = [inspectRing, readerNeedsSignal, (page: ControlPage): boolean => writerNeedsSignal(page, 4096)];

  it('is not written', () => {
    for (const page of pages({ in: 8, pending: 8 })) {
      const before = Uint8Array.from(new Uint8Array(page.buffer));
      for (const run of ask) run(page);
      assert.deepEqual(new Uint8Array(page.buffer.slice(0)), before);
    }
  });

  it('has 128 bytes at a multiple of 4', () => {
    for (const run of ask) {
      for (const length of [0, 64, 127]) assert.throws(() => run(new Uint8Array(length)), RangeError);
      assert.throws(() => run(new Int32Array(31)), RangeError);
      for (const at of [1, 2, 3]) assert.throws(() => run(new Uint8Array(new ArrayBuffer(256), at, 128)), RangeError);
      run(new Uint8Array(new ArrayBuffer(256), 4, 128));
    }
  });
});
