import assert from 'node:assert/strict';
import {
  CONTROL_FEATURE_BITS,
  CONTROL_IN,
  CONTROL_INTERRUPT_MASK,
  CONTROL_OUT,
  CONTROL_PENDING_SEND_SIZE,
  inspectRing,
  readerNeedsSignal,
  writerNeedsSignal,
} from '../../src/index.ts';
import type { Backing } from './backing.ts';
import type { Operation } from './operations.ts';
import { checkBytes } from './payload-ways.ts';
import type { MemoryName } from '../support/ring-places.ts';
import { ReaderSide } from './reader-side.ts';
import { effectivePendingSendSize, RingModel } from './ring-model.ts';
import { WriterSide } from './writer-side.ts';

const PAGE_BYTES = 4096;

/** The words of the control page that mean something. All others are nobody's. */
const KNOWN_WORDS = [CONTROL_IN, CONTROL_OUT, CONTROL_INTERRUPT_MASK, CONTROL_PENDING_SEND_SIZE, CONTROL_FEATURE_BITS];

/** Both ends of a real ring and of the model, in the same state, taken through the same operations. */
export class SideBySide {
  readonly backing: Backing;
  readonly model: RingModel;
  readonly writer: WriterSide;
  readonly reader: ReaderSide;

  /** The control page as it was before the ring was opened. */
  readonly #controlBefore: Uint8Array;

  /** An empty ring over whatever `backing` holds, with `in` and `out` at ring offset `start`. */
  constructor(backing: Backing, start: number, writerKind: MemoryName, readerKind: MemoryName) {
    this.backing = backing;
    this.#controlBefore = Uint8Array.from(backing.control);
    backing.setControlWord(CONTROL_IN, start);
    backing.setControlWord(CONTROL_OUT, start);
    this.model = new RingModel(
      backing.pages.flatMap((page) => Array.from(page)),
      start,
    );
    this.writer = new WriterSide(this.model, backing.open(writerKind));
    this.reader = new ReaderSide(this.model, backing.open(readerKind));
    this.checkControl();
    this.checkImage();
  }

  /** Does `operation` on both, compares what it returns, and then all that can be seen from outside but the data. */
  run(operation: Operation): void {
    if (!this.writer.run(operation) && !this.reader.run(operation)) this.#runOnBoth(operation);
    this.checkControl();
    this.writer.checkOffset();
    this.reader.checkOffset();
  }

  /** Empties the ring and goes on at ring offset `start`, with what the data held left as it was. */
  moveTo(start: number): void {
    this.backing.setControlWord(CONTROL_IN, start);
    this.backing.setControlWord(CONTROL_OUT, start);
    this.model.in = start;
    this.model.out = start;
    this.model.published = [];
    this.run({ op: 'newOutgoing' });
    this.run({ op: 'newIncoming' });
  }

  checkControl(): void {
    const { backing, model } = this;
    const expected = {
      in: model.ringOffset(model.in),
      out: model.ringOffset(model.out),
      interruptMask: model.interruptMask,
      pendingSendSize: model.pendingSendSize,
      featureBits: model.featureBits,
    };
    assert.deepEqual(
      {
        in: backing.controlWord(CONTROL_IN),
        out: backing.controlWord(CONTROL_OUT),
        interruptMask: backing.controlWord(CONTROL_INTERRUPT_MASK),
        pendingSendSize: backing.controlWord(CONTROL_PENDING_SEND_SIZE),
        featureBits: backing.controlWord(CONTROL_FEATURE_BITS),
      },
      expected,
    );
    assert.deepEqual(this.reader.ring.inspect(), { ringSize: model.size, control: expected });
    assert.deepEqual(this.writer.ring.inspect(), { ringSize: model.size, control: expected });
    assert.deepEqual(inspectRing(backing.control), expected);
    assert.equal(this.reader.ring.supportsPendingSendSize(), true);
    this.#checkNeedsSignal();
  }

  /** Compares all of the ring, byte by byte: data with footers and padding, and the control page. */
  checkImage(): void {
    this.writer.fillAll();
    this.backing.pages.forEach((page, i) => {
      checkBytes(page, this.model.bytes.slice(i * PAGE_BYTES, (i + 1) * PAGE_BYTES), `bytes of page ${i}`);
    });
    const control = Uint8Array.from(this.backing.control);
    for (const word of KNOWN_WORDS) {
      control.set(this.#controlBefore.subarray(word * 4, word * 4 + 4), word * 4);
    }
    checkBytes(control, this.#controlBefore, 'bytes of the control page that are nobody’s');
  }

  #checkNeedsSignal(): void {
    const { model, backing } = this;
    const waiting = model.in !== model.out && model.interruptMask === 0;
    assert.equal(readerNeedsSignal(backing.control, model.size), waiting);
    const pending = effectivePendingSendSize(model);
    const roomy = pending !== 0 && pending <= model.room(model.in, model.out);
    assert.equal(writerNeedsSignal(backing.control, model.size), roomy);
  }

  #runOnBoth(operation: Operation): void {
    if (operation.op === 'compareImage') {
      this.checkImage();
    } else if (operation.op === 'storeForeignWord') {
      if (operation.word === 'mask') {
        this.model.interruptMask = operation.value;
        this.backing.setControlWord(CONTROL_INTERRUPT_MASK, operation.value);
      } else {
        this.model.pendingSendSize = operation.value;
        this.backing.setControlWord(CONTROL_PENDING_SEND_SIZE, operation.value);
      }
    } else {
      assert.fail(`nobody took ${JSON.stringify(operation)}`);
    }
  }
}
