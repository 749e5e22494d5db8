type View = Uint8Array | Int32Array | BigUint64Array;

/** Where the accesses of a program go: with the ring offset and the bytes of each, and what does it. */
export interface DataAccess {
  load(offset: number, bytes: number, read: () => number | bigint): number | bigint;
  store(offset: number, bytes: number, write: () => void): void;
}

/** Words of a control page as the library keeps them: they can be peeked at, and handed to Atomics. */
export function steppedControl(words: Int32Array, peek: (word: number) => number): Int32Array {
  return new Proxy(words, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) return peek(Number(key));
      if (key === 'length' || key === 'byteOffset') return Reflect.get(target, key, target);
      throw new Error(`an access that is no step: ${String(key)}`);
    },
    set: () => {
      throw new Error('a plain store to a control word');
    },
  });
}

/** A view that looks like `view`, whose data begin at byte `start` of it: its elements are those of `data`, by `access`. Anything else that is asked of it throws. */
export function steppedView<V extends View>(view: V, start: number, data: Uint8Array, access: DataAccess): V {
  const width = view.BYTES_PER_ELEMENT;
  const View = view.constructor as new (buffer: ArrayBufferLike) => V;
  const elements = new View(data.buffer);
  const offsetOf = (element: number): number => {
    const offset = element * width - start;
    if (offset < 0 || offset >= data.length)
      throw new Error(`a plain access at byte ${element * width}, where no data are`);
    return offset;
  };
  return new Proxy<V>(view, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) {
        const offset = offsetOf(Number(key));
        return access.load(offset, width, () => elements[offset / width]!);
      }
      if (key === 'length' || key === 'byteOffset' || key === 'buffer') return Reflect.get(target, key, target);
      throw new Error(`an access that is no step: ${String(key)}`);
    },
    set(_target, key, value) {
      const offset = offsetOf(Number(key));
      access.store(offset, width, () => void (elements[offset / width] = value as never));
      return true;
    },
  });
}
