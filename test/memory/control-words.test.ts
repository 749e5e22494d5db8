import { CONTROL_FEATURE_BITS, CONTROL_INTERRUPT_MASK, CONTROL_PENDING_SEND_SIZE } from '../../src/index.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ControlWords } from '../../src/memory/control-words.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { detachByTransfer, resizableBuffer } from '../support/vanishing-buffers.ts';

/** 64 words, of which a control page begins at element 20, each word holding its own index in the page. */
function numbered(): { words: Int32Array; control: ControlWords } {
  const words = Int32Array.from({ length: 64 }, (_, i) => i - 20);
  return { words, control: new ControlWords(words, 20) };
}

describe('ControlWords', () => {
  it('reads each word where the protocol has it', () => {
    const { control } = numbered();
    assert.equal(control.loadIn(), 0);
    assert.equal(control.loadOut(), 1);
    assert.equal(control.load(CONTROL_INTERRUPT_MASK), 2);
    assert.equal(control.load(CONTROL_PENDING_SEND_SIZE), 3);
    assert.equal(control.load(CONTROL_FEATURE_BITS), 16);
    assert.deepEqual(control.snapshot(), { in: 0, out: 1, interruptMask: 2, pendingSendSize: 3, featureBits: 16 });
  });

  it('reads unsigned numbers', () => {
    const words = new Int32Array(32).fill(-1);
    const control = new ControlWords(words, 0);
    assert.equal(control.loadIn(), 0xffff_ffff);
    const all = 0xffff_ffff;
    assert.deepEqual(control.snapshot(), {
      in: all,
      out: all,
      interruptMask: all,
      pendingSendSize: all,
      featureBits: all,
    });
    assert.equal(control.commitRead(0), all);
  });

  it('writes one word at a time', () => {
    const { words, control } = numbered();
    const expected = Int32Array.from(words);
    const check = (index: number, value: number): void => {
      expected[20 + index] = value;
      assert.deepEqual(words, expected);
    };
    control.store(CONTROL_INTERRUPT_MASK, 77);
    check(2, 77);
    control.store(CONTROL_PENDING_SEND_SIZE, 88);
    check(3, 88);
    control.store(CONTROL_FEATURE_BITS, 99);
    check(16, 99);
    control.commitWrite(111, 0);
    check(0, 111);
    control.commitRead(222);
    check(1, 222);
  });

  it('says after a write whether the reader waits: not masked, and all had been read', () => {
    for (const [mask, out, oldIn, signal] of [
      [0, 64, 64, true],
      [0, 56, 64, false],
      [1, 64, 64, false],
      [0x8000_0000, 64, 64, false],
      [2, 0, 64, false],
      [0, 0xffff_ffff, 64, false],
    ] as const) {
      const words = new Int32Array(32);
      words[1] = out;
      words[2] = mask;
      assert.equal(new ControlWords(words, 0).commitWrite(128, oldIn), signal);
      assert.equal(words[0], 128);
    }
  });

  it('says after a read what the writer waits for', () => {
    const words = new Int32Array(32);
    words[3] = 4095;
    assert.equal(new ControlWords(words, 0).commitRead(8), 4095);
  });

  it('throws the typed error when its buffer is gone', () => {
    const detached = new Int32Array(32);
    const cutBuffer = resizableBuffer(256, 256);
    const cut = new Int32Array(cutBuffer, 0, 32);
    const words = [detached, cut].map((array) => new ControlWords(array, 0));
    detachByTransfer(detached.buffer);
    cutBuffer.resize(64);
    for (const control of words) {
      for (const run of [
        () => control.loadIn(),
        () => control.loadOut(),
        () => control.load(CONTROL_INTERRUPT_MASK),
        () => control.load(CONTROL_PENDING_SEND_SIZE),
        () => control.load(CONTROL_FEATURE_BITS),
        () => control.store(CONTROL_INTERRUPT_MASK, 1),
        () => control.store(CONTROL_PENDING_SEND_SIZE, 1),
        () => control.store(CONTROL_FEATURE_BITS, 1),
        () => control.commitWrite(8, 0),
        () => control.commitRead(8),
        () => control.snapshot(),
      ]) {
        const error = assertRingError('InvalidRingMemory', run, run.toString());
        assert.ok(error.cause instanceof Error);
      }
    }
  });
});
