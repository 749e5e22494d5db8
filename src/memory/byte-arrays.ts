/** By tag, not by instanceof: arrays and buffers may come from another realm (an iframe, node:vm). */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Throws a TypeError unless `value` is a Uint8Array. A Buffer is one. */
export function checkBytes(value: Uint8Array): void {
  const tag = tagOf(value);
  if (tag !== 'Uint8Array') throw new TypeError(`expected a Uint8Array, got ${tag}`);
}

/** Throws a TypeError unless `value` is a buffer: views of a view would be views of a copy, which no peer sees. */
export function checkBuffer(value: ArrayBufferLike): void {
  const tag = tagOf(value);
  if (tag !== 'ArrayBuffer' && tag !== 'SharedArrayBuffer') {
    throw new TypeError(`expected an ArrayBuffer or SharedArrayBuffer, got ${tag}`);
  }
}

/** Throws a TypeError unless `value` is an Int32Array of `length` elements or more. `name` is what the error calls it. */
export function checkWords(name: string, value: Int32Array, length: number): void {
  const tag = tagOf(value);
  if (tag !== 'Int32Array' || value.length < length) {
    throw new TypeError(`${name} must be an Int32Array of ${length} words or more, got ${tag}`);
  }
}
