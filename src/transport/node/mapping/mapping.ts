import { coverMapping, mapDescriptor, unmap } from '../ffi/native-memory.ts';
import { nativeCalls } from '../ffi/native-calls.ts';

/** What is known of a mapping once its buffer is gone. */
interface MappedRange {
  readonly address: number;
  readonly length: number;
  /** Whether nobody can have the memory any more: given up, and the buffer was whole then. */
  isOver: boolean;
}

let registry: FinalizationRegistry<MappedRange> | undefined;

/**
 * The net under all mappings: when the buffer is gone, so are all views of it. One that was never given up may have been moved into
 * another buffer (`transfer`): its addresses stay taken, with nothing behind them.
 */
function watchBuffer(buffer: ArrayBuffer, range: MappedRange): void {
  registry ??= new FinalizationRegistry(({ address, length, isOver }) => {
    if (isOver) unmap(address, length);
    else coverMapping(address, length);
  });
  registry.register(buffer, range);
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
    this.address = mapDescriptor(descriptor, offset, length, isShared, path);
    this.length = length;
    this.#range = { address: this.address, length, isOver: false };
    try {
      this.buffer = nativeCalls().view(this.address, length);
    } catch (error) {
      unmap(this.address, length);
      throw error;
    }
    watchBuffer(this.buffer, this.#range);
  }

  /** Whether the memory can still be reached. */
  get isOpen(): boolean {
    return this.buffer.byteLength === this.length;
  }

  /**
   * Takes the memory away from all views at once: they have no bytes from now on. What a system call has under way into it ends in memory
   * that nobody sees.
   */
  close(): void {
    if (!this.isOpen) {
      // Somebody moved it into another buffer, which may be anywhere: nothing but zeros will be there.
      if (!this.#range.isOver) coverMapping(this.address, this.length);
      return;
    }
    coverMapping(this.address, this.length);
    this.buffer.transfer();
    this.#range.isOver = true;
  }

  /** Lets the memory go when nobody has a view of it any more, and not before. */
  release(): void {
    if (this.isOpen) this.#range.isOver = true;
  }
}
