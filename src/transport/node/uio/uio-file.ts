import { closeSync, readSync, writeSync } from 'node:fs';
import { Poll } from './poll.ts';
import type { UioDevice, UioMapping } from './uio-device.ts';

/** What UIO reads and writes: one 32-bit number. */
const COUNT_BYTES = 4;

/** How map `index` is mapped. */
export type UioMapper = (index: number, length: number) => UioMapping;

/** A device over the descriptor of its node, which does not block. The descriptor is its own from then on. */
export class UioFile implements UioDevice {
  readonly canBlock = true;
  readonly #descriptor: number;
  readonly #mapper: UioMapper;
  readonly #poll: Poll;
  readonly #count = new Int32Array(1);
  #isOpen = true;

  constructor(descriptor: number, mapper: UioMapper) {
    this.#descriptor = descriptor;
    this.#mapper = mapper;
    this.#poll = new Poll(descriptor);
  }

  map(index: number, length: number): UioMapping {
    return this.#mapper(index, length);
  }

  read(): number | null {
    // Asked first, because the answer 'not now' costs an exception.
    if (!this.#poll.waitSync(0)) return null;
    try {
      const length = readSync(this.#descriptor, this.#count, 0, COUNT_BYTES, null);
      if (length === COUNT_BYTES) return this.#count[0]!;
    } catch (error) {
      if (isPassing(error)) return null;
      throw error;
    }
    throw Object.assign(new Error('the device reads as a file that is at its end'), { code: 'EIO' });
  }

  write(value: 0 | 1): void {
    try {
      writeSync(this.#descriptor, Int32Array.of(value));
    } catch (error) {
      // Of a device, never: who has not yet taken one signal in needs no second one.
      if (!isPassing(error)) throw error;
    }
  }

  wait(timeoutMs: number, done: () => void): void {
    this.#poll.wait(timeoutMs, done);
  }

  wake(): void {
    this.#poll.wake();
  }

  waitSync(timeoutMs: number): void {
    this.#poll.waitSync(timeoutMs);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#poll.close();
    closeSync(this.#descriptor);
  }
}

function isPassing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAGAIN' || code === 'EINTR';
}
