import { Messages, type Work } from '../jobs/work.ts';

/** What comes out of a stream, in pieces of any size: chunks that were numbered when they went in. */
export class Arrivals {
  readonly #work: Work;
  readonly #messages: Messages;
  readonly #chunk: Uint8Array;
  /** Bytes of `#chunk` that are there. */
  #filled = 0;
  #chunks = 0;
  #bytes = 0;

  constructor(work: Work) {
    this.#work = work;
    this.#messages = new Messages(work.payloadBytes);
    this.#chunk = new Uint8Array(work.payloadBytes);
  }

  /** Counts the bytes of a piece; where all is verified, throws unless they are the next ones that were sent. */
  take(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (!this.#work.verify) return;
    for (let at = 0; at < piece.length;) {
      const end = Math.min(piece.length, at + this.#chunk.length - this.#filled);
      this.#chunk.set(piece.subarray(at, end), this.#filled);
      this.#filled += end - at;
      at = end;
      if (this.#filled < this.#chunk.length) continue;
      this.#messages.check(this.#chunk, this.#chunks++);
      this.#filled = 0;
    }
  }

  /** The stream is at its end. Throws unless everything is there. */
  end(): void {
    const { payloadBytes, count } = this.#work;
    const sent = payloadBytes * count;
    if (this.#bytes !== sent) throw new Error(`${this.#bytes} of ${sent} bytes came`);
  }
}
