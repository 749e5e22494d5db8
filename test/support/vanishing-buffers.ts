/**
 * Buffers that go away under whoever looks at them. Typed here, since the library itself is compiled without these parts
 * of the language.
 */

/** An ArrayBuffer that can be made longer and shorter. */
export interface ResizableBuffer extends ArrayBuffer {
  resize(newByteLength: number): void;
}

/** A SharedArrayBuffer that can be made longer. */
export interface GrowableBuffer extends SharedArrayBuffer {
  grow(newByteLength: number): void;
}

type ResizableConstructor<T> = new (byteLength: number, options: { maxByteLength: number }) => T;

export function resizableBuffer(byteLength: number, maxByteLength: number): ResizableBuffer {
  const Constructor = ArrayBuffer as unknown as ResizableConstructor<ResizableBuffer>;
  return new Constructor(byteLength, { maxByteLength });
}

export function growableBuffer(byteLength: number, maxByteLength: number): GrowableBuffer {
  const Constructor = SharedArrayBuffer as unknown as ResizableConstructor<GrowableBuffer>;
  return new Constructor(byteLength, { maxByteLength });
}

/** Detaches a buffer as posting it to another thread does. */
export function detachByClone(buffer: ArrayBuffer): void {
  structuredClone(buffer, { transfer: [buffer] });
}

/** Detaches a buffer as moving its contents to a new one does. */
export function detachByTransfer(buffer: ArrayBuffer): void {
  (buffer as unknown as { transfer(): ArrayBuffer }).transfer();
}

/** A WebAssembly memory. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  /** Grows by so many pages of 64 KiB. */
  grow(pages: number): number;
}

interface WasmMemoryOptions {
  readonly initial: number;
  readonly maximum: number;
  readonly shared?: boolean;
}

/** A WebAssembly memory of `initial` to `maximum` pages of 64 KiB. */
export function wasmMemory(options: WasmMemoryOptions): WasmMemory {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: new (options: WasmMemoryOptions) => WasmMemory };
  };
  return new WebAssembly.Memory(options);
}
