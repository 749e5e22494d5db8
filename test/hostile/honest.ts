import assert from 'node:assert/strict';
import { type ChannelHandle, openChannel, Queue } from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';

/** Packets that are under way at most. */
const WINDOW = 16;

/** Packet `number` of a channel on which nobody is hostile. */
function payloadOf(number: number): Uint8Array<ArrayBuffer> {
  const random = new Xorshift(number + 1);
  return random.bytes(8 * (1 + random.below(60)));
}

/** The end of the honest channel in the thread that is attacked: it sends back what comes. */
export class HonestEnd {
  readonly #queue: Queue;
  #held: Uint8Array | null = null;

  constructor(handle: ChannelHandle) {
    this.#queue = new Queue(openChannel(handle));
  }

  /** Sends back what has come, at once. Whatever is wrong with it is thrown. */
  echo(): void {
    for (let i = 0; i < WINDOW; i++) {
      this.#held ??= this.#queue.tryRead()?.readAll() ?? null;
      if (this.#held === null || !this.#queue.tryWrite(this.#held)) return;
      this.#held = null;
    }
  }

  close(): void {
    this.#queue.close();
  }
}

/** The other end, in the main thread: it sends numbered packets and checks each that comes back. */
export class HonestPeer {
  readonly #queue: Queue;
  #sent = 0;
  checked = 0;

  constructor(handle: ChannelHandle) {
    this.#queue = new Queue(openChannel(handle));
  }

  /** Throws where a packet is not the next one. */
  exchange(): void {
    for (let packet = this.#queue.tryRead(); packet !== null; packet = this.#queue.tryRead()) {
      assert.deepEqual(packet.readAll(), payloadOf(this.checked), `packet ${this.checked} of the honest channel`);
      this.checked++;
    }
    while (this.#sent - this.checked < WINDOW && this.#queue.tryWrite(payloadOf(this.#sent))) this.#sent++;
  }

  close(): void {
    this.#queue.close();
  }
}
