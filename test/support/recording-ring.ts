import {
  BufferPages,
  FlatRingMem,
  IncomingRing,
  OutgoingRing,
  PAGE_SIZE,
  PagedRingMem,
  type RingMem,
} from '../../src/index.ts';
import type { CopyEngine } from '../../src/memory/copy-engine.ts';
import { type RingLayout, RingWindow } from '../../src/memory/ring-window.ts';
import { copyEngines, withWindow } from './engine-memories.ts';
import { type Locate, Recorder, type Side } from './recording.ts';
import { recordingBufferCopy, recordingView, type View } from './recording-views.ts';
import { UserPagedMemory, UserRingMem } from './user-memories.ts';

/** Which way the accesses of a recorded ring take. */
export type Path =
  | { readonly name: string; readonly memory: 'FlatRingMem' | 'PagedRingMem'; readonly engine: CopyEngine }
  | { readonly name: string; readonly memory: 'user RingMem' | 'user RingMem, aligned' | 'user PagedMemory' };

function enginePaths(memory: 'FlatRingMem' | 'PagedRingMem'): Path[] {
  const engines = Object.entries(copyEngines(recordingBufferCopy));
  return engines.map(([name, engine]) => ({ name: `${memory}, ${name}`, memory, engine }));
}

/** The path that ships, with each variant of the copy engine, and the general one. */
export const PATHS: readonly Path[] = [
  ...enginePaths('FlatRingMem'),
  ...enginePaths('PagedRingMem'),
  { name: 'user RingMem', memory: 'user RingMem' },
  { name: 'user RingMem, aligned', memory: 'user RingMem, aligned' },
  { name: 'user PagedMemory', memory: 'user PagedMemory' },
];

const PAGE_COUNT = 3;

/** Three data pages and the control page, no two of them next to each other in the order of the ring. */
const SCATTERED = { control: 3 * PAGE_SIZE, data: [6 * PAGE_SIZE, 1 * PAGE_SIZE, 4 * PAGE_SIZE] };
const IN_A_ROW = { control: 0, data: [PAGE_SIZE, 2 * PAGE_SIZE, 3 * PAGE_SIZE] };

/** A ring of 12 KiB of which every access of either end is recorded, and its two ends. */
export class RecordedRing {
  readonly recorder: Recorder = new Recorder();
  readonly size: number = PAGE_COUNT * PAGE_SIZE;
  readonly outgoing: OutgoingRing;
  readonly incoming: IncomingRing;

  /** Control words as a peer, or a bug, would store them: unrecorded. */
  readonly rawControl: Int32Array;
  readonly #buffer = new SharedArrayBuffer(8 * PAGE_SIZE);
  readonly #restore: () => void;

  constructor(path: Path) {
    const writerMemory = this.#memory(path, 'writer');
    const readerMemory = this.#memory(path, 'reader');
    this.rawControl = new Int32Array(this.#buffer, placeOf(path).control, 32);
    this.#restore = this.recorder.install();
    try {
      this.outgoing = new OutgoingRing(writerMemory);
      this.incoming = new IncomingRing(readerMemory);
    } catch (error) {
      this.#restore();
      throw error;
    }
  }

  /** Lets go of Atomics. */
  close(): void {
    this.#restore();
  }

  #memory(path: Path, side: Side): RingMem {
    const { control, data } = placeOf(path);
    const locate = locator(data);
    if ('engine' in path) return this.#windowed(path, side, locate);
    const { recorder } = this;
    const controlPage = new Uint8Array(this.#buffer, control, PAGE_SIZE);
    const pages = data.map((offset) => new Uint8Array(this.#buffer, offset, PAGE_SIZE));
    if (path.memory === 'user PagedMemory') {
      const views = pages.map((page) => recordingView(page, side, recorder, locate));
      return this.#withControl(new PagedRingMem(new UserPagedMemory([controlPage, ...views])), side);
    }
    const Memory = path.memory === 'user RingMem' ? RecordingRingMem : RecordingAlignedRingMem;
    return this.#withControl(new Memory([controlPage, ...pages], side, recorder), side);
  }

  /** The library's own memory, on a window of which the views record. Atomics go on with the real array. */
  #windowed(path: Path & { engine: CopyEngine }, side: Side, locate: Locate): RingMem {
    const { control, data } = placeOf(path);
    const flat = path.memory === 'FlatRingMem';
    const layout: RingLayout = {
      buffer: this.#buffer,
      controlOffset: control,
      data: flat ? data[0]! : data,
      length: this.size,
    };
    const window = new RingWindow(layout, path.engine);
    const { i32 } = window;
    this.recorder.addControl(i32, (control - i32.byteOffset) / 4, side);
    // All the views of the ring that it has, whatever they are called: an access past them would go unseen.
    const fields = window as unknown as Record<string, unknown>;
    for (const [field, value] of Object.entries(fields)) {
      if (ArrayBuffer.isView(value) && value.buffer === this.#buffer)
        fields[field] = recordingView(value as View, side, this.recorder, locate);
    }
    return flat
      ? withWindow(new FlatRingMem(this.size, this.#buffer, control), window)
      : withWindow(new PagedRingMem(BufferPages.inBuffer(this.#buffer, control, data)), window);
  }

  /** Makes `memory` give out the same array of control words each time: one that is known. */
  #withControl(memory: RingMem, side: Side): RingMem {
    const words = memory.control();
    this.recorder.addControl(words, 0, side);
    memory.control = () => words;
    return memory;
  }
}

function placeOf(path: Path): { readonly control: number; readonly data: readonly number[] } {
  return path.memory === 'FlatRingMem' ? IN_A_ROW : SCATTERED;
}

/** Finds ring offsets for pieces of the buffer, which have to lie in data pages. */
function locator(data: readonly number[]): Locate {
  return (byteOffset, bytes) => {
    const pieces: [number, number][] = [];
    for (let at = byteOffset; at < byteOffset + bytes;) {
      const page = data.findIndex((start) => at >= start && at < start + PAGE_SIZE);
      if (page === -1) throw new Error(`a plain access at byte ${at}, where there is no data of the ring`);
      const piece = Math.min(byteOffset + bytes - at, data[page]! + PAGE_SIZE - at);
      pieces.push([page * PAGE_SIZE + (at - data[page]!), piece]);
      at += piece;
    }
    return pieces;
  };
}

class RecordingRingMem extends UserRingMem {
  readonly #side: Side;
  readonly #recorder: Recorder;

  constructor(pages: readonly Uint8Array[], side: Side, recorder: Recorder) {
    super(pages);
    this.#side = side;
    this.#recorder = recorder;
  }

  override readAt(addr: number, data: Uint8Array): void {
    super.readAt(addr, data);
    this.#record('load', addr, data.length);
  }

  override writeAt(addr: number, data: Uint8Array): void {
    super.writeAt(addr, data);
    this.#record('store', addr, data.length);
  }

  #record(op: 'load' | 'store', addr: number, bytes: number): void {
    const start = addr % this.length;
    const first = Math.min(bytes, this.length - start);
    this.#recorder.data(this.#side, op, start, first);
    this.#recorder.data(this.#side, op, 0, bytes - first);
  }
}

class RecordingAlignedRingMem extends RecordingRingMem {
  readAligned(addr: number, data: Uint8Array): void {
    super.readAt(addr, data);
  }

  writeAligned(addr: number, data: Uint8Array): void {
    super.writeAt(addr, data);
  }
}
