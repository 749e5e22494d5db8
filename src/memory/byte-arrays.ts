/** Arrays and buffers may come from another realm (an iframe, node:vm): only the tag tells what they are. */
function checkTag(value: unknown, ...expected: readonly string[]): void {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (!expected.includes(tag)) throw new TypeError(`expected ${expected.join(' or ')}, got ${tag}`);
}

/** Throws a TypeError unless `value` is a Uint8Array. A Buffer is one. */
export function checkBytes(value: Uint8Array): void {
  // Four times faster than the tag, and this is on the way of every payload that is new.
  if (!(value instanceof Uint8Array)) checkTag(value, 'Uint8Array');
}

/** Throws a TypeError unless `value` is a buffer: views of a view would be views of a copy, which no peer sees. */
export function checkBuffer(value: ArrayBufferLike): void {
  checkTag(value, 'ArrayBuffer', 'SharedArrayBuffer');
}

/** Throws a TypeError unless `value` is an Int32Array of `length` elements or more. `name` is whose it is. */
export function checkWords(name: string, value: Int32Array, length: number): void {
  checkTag(value, 'Int32Array');
  if (value.length < length) throw new TypeError(`${name} has ${value.length} words`);
}
