import type { Endpoint } from '../../src/cli/demo/endpoint.ts';
import type { Channel } from '../../src/cli/demo/machine.ts';
import { Empty, Full, type IncomingPacket, OutgoingPacketType } from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';

/** What the echoing worker is given. */
export interface EchoConfig {
  readonly channel: Channel;
  readonly seed: number;
  readonly packets: number;
  /** Whether it begins only when its peer has no room left and has said so. */
  readonly waitForFull: boolean;
}

const MAXIMUM_WORDS = 150;

/** Payload words of packet number `index`: both sides know them. */
export function payloadOf(index: number): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(2 * (1 + ((Math.imul(index, 0x9e3779b1) >>> 16) % MAXIMUM_WORDS)));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(index + 1, i + 0x85ebca6b) >>> 0;
  return words;
}

/** Throws unless this is packet number `index`. */
export function checkPayload(endpoint: Endpoint, packet: IncomingPacket, index: number): void {
  const want = payloadOf(index);
  const got = new Uint32Array(packet.payload.reader(endpoint.incoming).readAll().buffer);
  if (packet.transactionIdLow !== index + 1 || got.length !== want.length || got.some((word, i) => word !== want[i])) {
    throw new Error(`packet ${index} is not what was sent: transaction ${packet.transactionIdLow}`);
  }
}

/** Lets a random time pass, up to some ten microseconds, so that the two sides meet in every way that they can. */
function pause(random: Xorshift): void {
  if (random.below(4) !== 0) return;
  for (let i = random.below(20_000), sum = 0; i > 0; i--) sum = (sum + i) | 0;
}

/** Throws at the first wake-up that was lost: each costs seconds, and thousands may follow. */
function checkWakeUps(endpoint: Endpoint): void {
  if (endpoint.counts.lostWakeUps !== 0) throw new Error('a wake-up was lost');
}

/** Lets the peer run until `condition` holds, for a minute at most. */
function waitUntil(condition: () => boolean): void {
  for (let i = 0; !condition(); i++) {
    if (i === 60_000) throw new Error('waited for a minute');
    letPass(1);
  }
}

function letPass(timeMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timeMs);
}

/** The side that sends packets and takes back their echoes, in order. It commits and pauses at random. */
export class Collector {
  readonly #endpoint: Endpoint;
  readonly #packets: number;
  readonly #random: Xorshift;
  #sent = 0;
  #collected = 0;

  constructor(endpoint: Endpoint, packets: number, seed: number) {
    this.#endpoint = endpoint;
    this.#packets = packets;
    this.#random = new Xorshift(seed);
  }

  /** Sends and takes nothing back, until the peer has no room left for an echo and waits for it. */
  sendUntilPeerIsFull(): void {
    const { incoming } = this.#endpoint;
    waitUntil(() => {
      this.#send(this.#packets);
      return incoming.inspect().control.pendingSendSize !== 0;
    });
    // It has said so, and goes to sleep now.
    letPass(20);
  }

  run(): void {
    while (this.#collected < this.#packets) {
      const neededBytes = this.#send(this.#random.below(40));
      pause(this.#random);
      const taken = this.#collect();
      // Only where there is nothing to do: no room, or all is under way.
      const idle = taken === 0 && (neededBytes !== 0 || this.#sent === this.#packets);
      if (idle && this.#collected < this.#packets) this.#endpoint.wait(true, neededBytes);
      checkWakeUps(this.#endpoint);
    }
    this.#endpoint.commitRead();
  }

  /** Sends `count` packets, or what there is room for. Returns what the next one needs if there was none, else 0. */
  #send(count: number): number {
    const endpoint = this.#endpoint;
    const end = Math.min(this.#packets, this.#sent + count);
    const typ = OutgoingPacketType.InBandWithCompletion;
    let neededBytes = 0;
    while (this.#sent < end && neededBytes === 0) {
      const payload = payloadOf(this.#sent);
      const range = endpoint.write({ transactionId: this.#sent + 1, size: payload.byteLength, typ });
      if (range instanceof Full) {
        neededBytes = range.size;
      } else {
        range.writer(endpoint.outgoing).write(new Uint8Array(payload.buffer));
        this.#sent++;
      }
    }
    endpoint.commitWrite();
    return neededBytes;
  }

  /** Takes all echoes that are there. Returns how many. */
  #collect(): number {
    const first = this.#collected;
    for (let packet = this.#endpoint.read(); packet !== Empty; packet = this.#endpoint.read()) {
      checkPayload(this.#endpoint, packet, this.#collected++);
      if (this.#random.below(8) === 0) this.#endpoint.commitRead();
    }
    return this.#collected - first;
  }
}

/** Echoes all packets, in order; commits and pauses at random. */
export function echo(endpoint: Endpoint, packets: number, seed: number): void {
  const random = new Xorshift(seed);
  for (let done = 0; done < packets;) {
    const packet = endpoint.read();
    checkWakeUps(endpoint);
    if (packet === Empty) {
      endpoint.wait(true, 0);
      continue;
    }
    checkPayload(endpoint, packet, done);
    if (random.below(2) === 0) endpoint.commitRead();
    const payload = payloadOf(done++);
    const typ = OutgoingPacketType.Completion;
    const range = endpoint.writeWhenRoom({ transactionId: done, size: payload.byteLength, typ });
    range.writer(endpoint.outgoing).write(new Uint8Array(payload.buffer));
    if (random.below(8) === 0) endpoint.commitWrite();
    pause(random);
  }
  endpoint.commitRead();
  endpoint.commitWrite();
}
