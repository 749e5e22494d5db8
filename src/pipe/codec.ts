/**
 * How values become bytes and bytes values. Both functions throw where they cannot; neither may keep `bytes` that it was given to
 * decode changed: they are its own.
 *
 * `JSON` comes with {@link jsonCodec}. Of msgpackr, which copies what structured clone copies and is much smaller on the wire,
 * nothing more is needed than its two functions: `{ encode: pack, decode: unpack }`, or `pack` and `unpack` of a `Packr` bound
 * to it.
 *
 * @example
 * ```ts
 * import { type Codec, connectedMessagePipes, TypedPipe } from 'vmbus-ring';
 *
 * const point: Codec<[x: number, y: number]> = {
 *   encode: (xy) => new Uint8Array(Float64Array.from(xy).buffer),
 *   decode: (bytes) => [...new Float64Array(bytes.buffer)] as [number, number],
 * };
 * const [a, b] = connectedMessagePipes({ ringBytes: 4096 }).map((pipe) => new TypedPipe(pipe, point));
 * await a!.send([0.5, 2]);
 * await b!.receive(); // [0.5, 2]
 * ```
 */
export interface Codec<T> {
  /** The bytes that stand for `value`. They are sent as they are, and must not change before. */
  encode(value: T): Uint8Array;
  /** The value that `bytes` stand for: the peer's word, whatever it is. */
  decode(bytes: Uint8Array): T;
}

/**
 * Values as JSON text in UTF-8. What is read is any JSON: that it is a `T`, the caller says, and nobody checks.
 *
 * @example
 * ```ts
 * import { jsonCodec } from 'vmbus-ring';
 *
 * const codec = jsonCodec<{ id: number }>();
 * codec.encode({ id: 7 }).length; // 8
 * codec.decode(codec.encode({ id: 7 })).id; // 7
 * ```
 */
export function jsonCodec<T>(): Codec<T> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return {
    encode: (value) => {
      const text = JSON.stringify(value) as string | undefined;
      if (text === undefined) throw new TypeError(`there is no JSON for a value of type ${typeof value}`);
      return encoder.encode(text);
    },
    decode: (bytes) => JSON.parse(decoder.decode(bytes)) as T,
  };
}
