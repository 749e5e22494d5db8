import type { WasmCalls } from './wasm-calls.ts';

/** What WebAssembly does for rings in these buffers: each the one of a memory that it was given. */
export const acceleratedBuffers: WeakMap<ArrayBufferLike, WasmCalls> = new WeakMap();
