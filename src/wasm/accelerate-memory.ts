import { acceleratedBuffers } from '../memory/accelerated-buffers.ts';
import type { WasmCalls } from '../memory/wasm-calls.ts';
import { RING_CALLS } from './ring-calls-bytes.ts';

/** A shared `WebAssembly.Memory`, as far as we are concerned: what can be posted to another thread, and brings its buffer along. */
export interface SharedWasmMemory {
  /** The memory itself. */
  readonly buffer: ArrayBufferLike;
}

interface WasmHost {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  };
}

let module: object | null | undefined;

/** Compiled once a thread, when it is first needed: `null` where the engine cannot, or may not. */
function compiledModule(): object | null {
  if (module === undefined) {
    try {
      const bytes = Uint8Array.from(atob(RING_CALLS), (character) => character.charCodeAt(0));
      module = new (globalThis as WasmHost).WebAssembly!.Module(bytes);
    } catch {
      module = null;
    }
  }
  return module;
}

/**
 * Lets WebAssembly do what it is better at for rings in a shared `WebAssembly.Memory`: control words are three times faster to reach,
 * and payloads whose arrays lie in the same memory are copied at the speed of native code. Call it before rings are made over
 * `memory.buffer`; all kinds of ring memory profit. Channels between threads do it by themselves.
 *
 * True if rings over its buffer will be faster; false where the engine has no WebAssembly with threads and SIMD, a page's policy
 * forbids it, or the memory is not shared: they work as well, as over any other buffer.
 *
 * @example
 * ```ts
 * import { accelerateMemory, FlatRingMem, IncomingRing, OutgoingRing } from 'vmbus-ring';
 *
 * const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true }); // 128 KiB
 * accelerateMemory(memory); // true
 *
 * const ring = new FlatRingMem(65536, memory.buffer);
 * const [outgoing, incoming] = [new OutgoingRing(ring), new IncomingRing(ring)];
 * const payload = new Uint8Array(memory.buffer, 4096 + 65536, 1500); // in the same memory: the fastest to send
 * ```
 */
export function accelerateMemory(memory: SharedWasmMemory): boolean {
  const { buffer } = memory;
  if (typeof buffer?.byteLength !== 'number') throw new TypeError('expected a WebAssembly.Memory');
  if (acceleratedBuffers.has(buffer)) return true;
  const compiled = compiledModule();
  if (compiled === null) return false;
  try {
    const { Instance } = (globalThis as WasmHost).WebAssembly!;
    acceleratedBuffers.set(buffer, new Instance(compiled, { ring: { memory } }).exports as WasmCalls);
    return true;
  } catch {
    // Not shared, or larger than the module takes.
    return false;
  }
}
