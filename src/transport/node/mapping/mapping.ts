import { coverMapping, mapDescriptor, viewNative } from '../ffi/native-memory.ts';

/** What is known of a mapping once its buffer is gone. */
interface MappedRange {
  readonly address: number;
  readonly length: number;
  /** Whether it was given up, and its buffer was whole then: others may have the addresses. */
  isOver: boolean;
}

let registry: FinalizationRegistry<MappedRange> | undefined;

/** Those whose buffers are gone and that could not be covered, for want of memory: a file is still behind them. */
let uncovered: MappedRange[] = [];

/** Addresses by length that nobody needs any more, with nothing behind them. */
const freeAddresses: Map<number, number[]> = new Map();

/**
 * When the buffer is gone, so are all views of it; unless somebody has moved it into another buffer (`transfer`), which nobody can tell. So
 * addresses are never given back to the system. Those of a mapping that was never given up are not used again either.
 */
function watchBuffer(buffer: ArrayBuffer, range: MappedRange): void {
  registry ??= new FinalizationRegistry(coverGone);
  registry.register(buffer, range);
}

/** Nobody is there to be told where that fails: then with the next one, or the next mapping. */
function coverGone(...gone: readonly MappedRange[]): void {
  const ranges = uncovered.concat(gone);
  uncovered = [];
  for (const range of ranges) {
    const { address, length, isOver } = range;
    try {
      if (isOver) freeAddress(address, length);
      else coverMapping(address, length);
    } catch {
      uncovered.push(range);
    }
  }
}

/** Nothing but zeros is there from now on, until another mapping of this length comes there. */
function freeAddress(address: number, length: number): void {
  coverMapping(address, length);
  const free = freeAddresses.get(length) ?? [];
  free.push(address);
  freeAddresses.set(length, free);
}

/** One that was freed, or `null`: wherever the system likes. Where the mapping fails, it is not used any more. */
function takeAddress(length: number): number | null {
  return freeAddresses.get(length)?.pop() ?? null;
}

/**
 * Memory of a file, mapped. No view can outlive it into a crash: views lose their memory when it is closed, and addresses are used again
 * only when nobody has the buffer any more, an operation of the system that was under way included.
 */
export class Mapping {
  readonly buffer: ArrayBuffer;
  readonly address: number;
  readonly length: number;
  readonly #range: MappedRange;

  /** Maps `length` bytes of an open file from `offset` on; the descriptor may be closed afterwards. */
  constructor(descriptor: number, offset: number, length: number, isShared: boolean, path: string) {
    if (uncovered.length > 0) coverGone();
    this.address = mapDescriptor(takeAddress(length), { descriptor, offset, length, isShared, path });
    try {
      this.buffer = viewNative(this.address, length, path);
    } catch (error) {
      coverGone({ address: this.address, length, isOver: true });
      throw error;
    }
    this.length = length;
    this.#range = { address: this.address, length, isOver: false };
    watchBuffer(this.buffer, this.#range);
  }

  /**
   * Takes the memory away from all views at once: they have no bytes from now on. What a system call has under way into it ends in memory
   * that nobody sees.
   */
  close(): void {
    if (this.#range.isOver) return;
    coverMapping(this.address, this.length);
    // Somebody may have moved it into another buffer already, which may be anywhere: nothing but zeros will be there.
    if (this.buffer.byteLength !== this.length) return;
    this.buffer.transfer();
    this.#range.isOver = true;
  }

  /** Lets the memory go when nobody has a view of it any more, and not before. */
  release(): void {
    if (this.buffer.byteLength === this.length) this.#range.isOver = true;
  }
}
