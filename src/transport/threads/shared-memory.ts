import type { SharedWasmMemory } from '../../wasm/accelerate-memory.ts';
import { ChannelError } from '../../channel/channel-error.ts';

interface WasmHost {
  readonly WebAssembly?: {
    readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => SharedWasmMemory;
  };
}

const WASM_PAGE_SIZE = 65536;

/** What the memory of a channel can be. */
export type SharedMemory = SharedArrayBuffer | SharedWasmMemory;

/**
 * Zeroed shared memory: a WebAssembly memory, which rings use WebAssembly for, or an ordinary SharedArrayBuffer where
 * there is none to be had: no WebAssembly, forbidden by the page's policy, no address space left.
 */
export function allocateShared(byteLength: number): SharedMemory {
  checkMayShareMemory();
  try {
    const pages = Math.ceil(byteLength / WASM_PAGE_SIZE);
    const { Memory } = (globalThis as WasmHost).WebAssembly!;
    const memory = new Memory({ initial: pages, maximum: pages, shared: true });
    if (memory.buffer instanceof SharedArrayBuffer) return memory;
  } catch {
    // The other kind does as well, only slower.
  }
  return new SharedArrayBuffer(byteLength);
}

/** Throws a `TypeError` in a page that browsers let share no memory. */
export function checkMayShareMemory(): void {
  if (typeof SharedArrayBuffer === 'undefined') {
    throw new TypeError('this page cannot share memory: it is not cross-origin isolated');
  }
}

/** The buffer, whichever kind of memory it is. Throws a `ChannelError` with code `InvalidHandle` where it is neither. */
export function bufferOf(memory: SharedMemory): SharedArrayBuffer {
  if (typeof SharedArrayBuffer !== 'undefined') {
    if (memory instanceof SharedArrayBuffer) return memory;
    const { buffer } = (memory ?? {}) as Partial<SharedWasmMemory>;
    if (buffer instanceof SharedArrayBuffer) return buffer;
  }
  throw new ChannelError('InvalidHandle', 'there is no shared memory in it');
}
