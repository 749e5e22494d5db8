import assert from 'node:assert/strict';
import type { CopyEngine } from '../../src/memory/copy-engine.ts';
import { type RingLayout, RingWindow } from '../../src/memory/ring-window.ts';
import { Xorshift } from '../support/xorshift.ts';

/** Where the pages of a ring lie in a buffer of `byteLength` bytes. */
export interface WindowPlan {
  readonly name: string;
  readonly byteLength: number;
  readonly controlOffset: number;
  readonly data: number | readonly number[];
  readonly length: number;
}

/** A ring of three pages in each arrangement that a window knows, none at the start or the end of its buffer. */
export const WINDOW_PLANS: readonly WindowPlan[] = [
  { name: 'in one piece', byteLength: 16432, controlOffset: 24, data: 4120, length: 12288 },
  { name: 'control page last', byteLength: 16432, controlOffset: 12312, data: 24, length: 12288 },
  { name: 'in scattered pages', byteLength: 20600, controlOffset: 8240, data: [16488, 8, 12360], length: 12288 },
];

/** A window, and beside it what its buffer has to hold: every byte of it, those beside the ring included. */
export class MirroredWindow {
  readonly window: RingWindow;
  readonly #plan: WindowPlan;
  readonly #actual: Uint8Array;
  readonly #expected: Uint8Array;

  constructor(plan: WindowPlan, engine: CopyEngine, shared: boolean) {
    const { byteLength, controlOffset, data, length } = plan;
    const buffer = shared ? new SharedArrayBuffer(byteLength) : new ArrayBuffer(byteLength);
    const layout: RingLayout = { buffer, controlOffset, data, length };
    this.#plan = plan;
    this.#actual = new Uint8Array(buffer);
    const random = new Xorshift(byteLength);
    for (let i = 0; i < byteLength; i++) this.#actual[i] = random.next();
    this.#expected = Uint8Array.from(this.#actual);
    this.window = new RingWindow(layout, engine);
  }

  /** Index in the buffer of the byte at ring offset `offset`, worked out from the plan alone. */
  place(offset: number): number {
    const { data, length } = this.#plan;
    const at = offset % length;
    return typeof data === 'number' ? data + at : data[Math.floor(at / 4096)]! + (at % 4096);
  }

  /** The byte that has to be at ring offset `offset`. */
  byte(offset: number): number {
    return this.#expected[this.place(offset)]!;
  }

  /** Says that the byte at ring offset `offset` is `value` from now on. */
  expect(offset: number, value: number): void {
    this.#expected[this.place(offset)] = value;
  }

  /** Throws unless the whole buffer holds what it has to. */
  check(what: string): void {
    if (Buffer.compare(this.#actual, this.#expected) === 0) return;
    const at = this.#actual.findIndex((byte, i) => byte !== this.#expected[i]);
    assert.fail(`${what}: the buffer differs at byte ${at}`);
  }

  /** Writes through the window and checks that exactly these bytes changed, and none of the caller's. */
  write(offset: number, room: Uint8Array, start: number, length: number): void {
    const before = Uint8Array.from(room);
    // An array is copied from in another way once it was seen before: after the second time, all have been.
    const source = room.subarray(start, start + length);
    for (let i = 0; i < 3; i++) this.window.writeBytes(offset, source);
    for (let i = 0; i < length; i++) this.expect(offset + i, before[start + i]!);
    const what = `wrote ${length} bytes of byteOffset ${start} to ${offset}`;
    this.check(what);
    assert.equal(Buffer.compare(room, before), 0, `${what}: the caller's array changed`);
  }

  /** Reads through the window and checks that exactly the bytes asked for arrived, and the ring stayed as it was. */
  read(offset: number, room: Uint8Array, start: number, length: number): void {
    const expected = Uint8Array.from(room);
    for (let i = 0; i < length; i++) expected[start + i] = this.byte(offset + i);
    const target = room.subarray(start, start + length);
    for (let i = 0; i < 3; i++) {
      if (i > 0) target.fill(i);
      this.window.readBytes(offset, target);
      const what = `read ${length} bytes to byteOffset ${start} from ${offset}, time ${i + 1}`;
      assert.equal(Buffer.compare(room, expected), 0, `${what}: the caller's array is not as it should be`);
      this.check(what);
    }
  }
}
