const HEADER_BYTES = 4;

/** A message for a byte stream: its length, then the message. New memory: a stream keeps what is written until the system has taken it. */
export function frame(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + message.length);
  bytes.writeUInt32LE(message.length, 0);
  bytes.set(message, HEADER_BYTES);
  return bytes;
}

/** Finds the messages in a byte stream, wherever its pieces begin and end. */
export class FrameReader {
  /** The frame that has come in part, or the one that came last. */
  readonly #frame: Buffer;
  readonly #onMessage: (message: Uint8Array) => void;
  #message: Uint8Array;
  #filled = 0;

  /** `onMessage` is lent each message until the next one. */
  constructor(maximumBytes: number, onMessage: (message: Uint8Array) => void) {
    this.#frame = Buffer.alloc(HEADER_BYTES + maximumBytes);
    this.#message = this.#frame.subarray(HEADER_BYTES);
    this.#onMessage = onMessage;
  }

  /** Takes the next piece. */
  push(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) {
      const left = piece.length - at;
      const length = this.#filled === 0 && left >= HEADER_BYTES ? this.#lengthIn(piece, at) : left;
      if (HEADER_BYTES + length <= left) {
        piece.copy(this.#frame, HEADER_BYTES, at + HEADER_BYTES, at + HEADER_BYTES + length);
        at += HEADER_BYTES + length;
        this.#handOver(length);
      } else {
        at += this.#takePart(piece, at);
      }
    }
  }

  /** The header or the message, as far as it is here; how many bytes were taken. */
  #takePart(piece: Buffer, at: number): number {
    const end = this.#filled < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + this.#lengthIn(this.#frame, 0);
    const taken = piece.copy(this.#frame, this.#filled, at, at + end - this.#filled);
    this.#filled += taken;
    const length = this.#filled - HEADER_BYTES;
    if (length >= 0 && length === this.#lengthIn(this.#frame, 0)) this.#handOver(length);
    return taken;
  }

  #lengthIn(bytes: Buffer, at: number): number {
    const length = bytes.readUInt32LE(at);
    if (length > this.#frame.length - HEADER_BYTES) throw new Error(`a message of ${length} bytes is too long`);
    return length;
  }

  #handOver(length: number): void {
    this.#filled = 0;
    if (this.#message.length !== length) this.#message = this.#frame.subarray(HEADER_BYTES, HEADER_BYTES + length);
    this.#onMessage(this.#message);
  }
}
