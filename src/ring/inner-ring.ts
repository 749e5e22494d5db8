import { checkBytes, checkWords } from '../memory/byte-arrays.ts';
import { checkRingLength } from '../memory/layout-check.ts';
import { checkLittleEndian } from '../memory/little-endian.ts';
import { ControlWords } from '../memory/control-words.ts';
import type { RingMem } from '../memory/ring-mem.ts';
import type { RingWindow } from '../memory/ring-window.ts';
import { windowOf } from '../memory/window-of.ts';
import { CONTROL_WORD_COUNT, type ControlSnapshot } from '../wire/control-page.ts';
import { DESCRIPTOR_SIZE, FOOTER_SIZE, MAXIMUM_DESCRIBED_SIZE } from '../wire/descriptor.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import { isRingPointer } from './pointers.ts';

/** A ring's size and control words at one moment. */
export interface RingInspection {
  /** Bytes of data. */
  readonly ringSize: number;
  /** The control words as they were found, valid or not. */
  readonly control: ControlSnapshot;
}

/** How much of the payloads of one batch is still to be written. */
export interface PayloadTally {
  unwrittenBytes: number;
}

/** Headers and footers are made of units of 8 bytes, and a unit never lies on two pages. */
const UNIT_SIZE = 8;

/**
 * One direction's ring, before anybody says who reads and who writes: memory, size and control words.
 *
 * Headers are staged in a small array of our own, moved unit by unit through the memory's `window`, or where it has none by its
 * `readAligned` and `writeAligned`. `src/direct/` has a shorter way for what most packets are.
 */
export class InnerRing {
  declare readonly mem: RingMem;
  declare readonly window: RingWindow | null;
  declare readonly control: ControlWords;

  /** Bytes of data. */
  declare readonly size: number;

  /** Bytes of the largest packet that can be written, footer included: what the ring holds, and the format. */
  declare readonly writableLimitBytes: number;

  /**
   * Bytes that writers of ranges were made for and have not written yet: published with those, a packet would be torn. Taking
   * writes back begins another tally, so that a writer which is left over from before counts for nothing.
   */
  tally: PayloadTally = { unwrittenBytes: 0 };

  /** Headers on their way to or from memory, as bytes and as words. */
  readonly #stageBytes = new Uint8Array(DESCRIPTOR_SIZE);
  readonly #unitBytes: Uint8Array = this.#stageBytes.subarray(0, UNIT_SIZE);
  readonly #staged: Int32Array = new Int32Array(this.#stageBytes.buffer);

  constructor(mem: RingMem) {
    checkLittleEndian();
    // What is most easily taken for it is the buffer: it has no `readAt`.
    if (typeof mem?.readAt !== 'function') throw new TypeError('a ring stands on a RingMem');
    const { length } = mem;
    checkRingLength(length);
    this.mem = mem;
    this.size = length;
    this.writableLimitBytes = Math.min(length - 8, MAXIMUM_DESCRIBED_SIZE + FOOTER_SIZE);
    this.window = windowOf(mem);
    this.control = this.window === null ? new ControlWords(controlOf(mem), 0) : this.window.control;
  }

  /** Returns `pointer`, the `in` or `out` that the control page held, if it can be one. */
  validate(pointer: number): number {
    if (!isRingPointer(this.size, pointer)) {
      const detail = `${pointer} is no multiple of 8 below ${this.size}`;
      throw new VmbusRingError('InvalidRingPointer', null, detail);
    }
    return pointer;
  }

  /** The four words of the descriptor at ring offset `offset`, each read once, in an array that the next call reuses. */
  stageDescriptor(offset: number): Int32Array {
    const { window } = this;
    const staged = this.#staged;
    if (window === null) {
      this.#read(offset, this.#stageBytes);
      return staged;
    }
    const word = window.wordAt(offset);
    const idWord = window.wordAt(offset + UNIT_SIZE);
    staged[0] = window.i32[word]!;
    staged[1] = window.i32[word + 1]!;
    staged[2] = window.i32[idWord]!;
    staged[3] = window.i32[idWord + 1]!;
    return staged;
  }

  /** The two words at ring offset `offset`, likewise. */
  stageUnit(offset: number): Int32Array {
    const { window } = this;
    const staged = this.#staged;
    if (window === null) {
      this.#read(offset, this.#unitBytes);
      return staged;
    }
    const word = window.wordAt(offset);
    staged[0] = window.i32[word]!;
    staged[1] = window.i32[word + 1]!;
    return staged;
  }

  /** Writes two words to ring offset `offset`. */
  putUnit(offset: number, low: number, high: number): void {
    const { window } = this;
    if (window === null) {
      const staged = this.#staged;
      staged[0] = low;
      staged[1] = high;
      this.#write(offset, this.#unitBytes);
      return;
    }
    const word = window.wordAt(offset);
    window.i32[word] = low;
    window.i32[word + 1] = high;
  }

  /** Fills `target`, or its first `length` bytes, from ring offset `offset` on. The caller has checked the bounds. */
  read(offset: number, target: Uint8Array, length: number = target.length): void {
    if (this.window !== null) {
      this.window.readBytes(offset, target, length);
    } else {
      checkBytes(target);
      this.mem.readAt(offset, target.subarray(0, length));
    }
  }

  /** Copies `source`, or its first `length` bytes, to the ring from ring offset `offset` on. The caller has checked the bounds. */
  write(offset: number, source: Uint8Array, length: number = source.length): void {
    if (this.window !== null) {
      this.window.writeBytes(offset, source, length);
    } else {
      checkBytes(source);
      this.mem.writeAt(offset, source.subarray(0, length));
    }
  }

  inspect(): RingInspection {
    return { ringSize: this.size, control: this.control.snapshot() };
  }

  #read(offset: number, target: Uint8Array): void {
    const { mem } = this;
    if (mem.readAligned) mem.readAligned(offset, target);
    else mem.readAt(offset, target);
  }

  #write(offset: number, source: Uint8Array): void {
    const { mem } = this;
    if (mem.writeAligned) mem.writeAligned(offset, source);
    else mem.writeAt(offset, source);
  }
}

function controlOf(mem: RingMem): Int32Array {
  const words = mem.control();
  checkWords('RingMem.control()', words, CONTROL_WORD_COUNT);
  return words;
}
