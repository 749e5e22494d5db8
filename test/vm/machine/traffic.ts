import { setImmediate as takeTurn } from 'node:timers/promises';
import { OutgoingPacketType, type PacketRef, type Queue } from 'vmbus-ring';
import { Xorshift } from '../../support/xorshift.ts';

/** Packets that are published together, and given back together. */
const BATCH_PACKETS = 32;

/** The longest wait for the guest, which gives up before that: see `guest/ports.h`. */
export const SILENCE_MS = 20_000;

const MAXIMUM_PAYLOAD_BYTES = 2000;

/** A packet does not hold what the other side sent. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

/** A packet as its seed makes it, padding included. */
interface DrawnPacket {
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly transactionId: number;
  readonly typ: OutgoingPacketType;
}

/** The packets that a seed stands for, one after the other: see `guest/traffic.h`. */
class PacketStream {
  /** Of the packet that was drawn last. */
  index = -1;
  readonly #random: Xorshift;

  constructor(seed: number) {
    this.#random = new Xorshift(seed);
  }

  draw(): DrawnPacket {
    const kind = ++this.index % 3;
    const payloadBytes = this.#random.below(MAXIMUM_PAYLOAD_BYTES + 1);
    const payload = new Uint8Array(Math.ceil(payloadBytes / 8) * 8);
    payload.set(this.#random.bytes(payloadBytes));
    return { payload, transactionId: this.index, typ: typeOf(kind) };
  }
}

function typeOf(kind: number): OutgoingPacketType {
  if (kind === 2) return OutgoingPacketType.Completion;
  return kind === 1 ? OutgoingPacketType.InBandWithCompletion : OutgoingPacketType.InBandNoCompletion;
}

/** Sends the packets 0 to `count - 1` of `seed`. */
export async function sendPackets(queue: Queue, count: number, seed: number): Promise<void> {
  const stream = new PacketStream(seed);
  for (let done = 0; done < count;) {
    let packet = stream.draw();
    let batch = queue.writeBatch();
    for (let inBatch = 0; ; inBatch++) {
      if (!batch.tryWrite(packet)) {
        batch.commit();
        await queue.write(packet, { timeoutMs: SILENCE_MS });
        batch = queue.writeBatch();
      }
      done++;
      if (done === count || inBatch === BATCH_PACKETS) break;
      packet = stream.draw();
    }
    batch.commit();
    await takeTurn();
  }
}

/** Takes as many packets, and throws a {@link ContentError} at the first that is not what `seed` stands for. */
export async function receivePackets(queue: Queue, count: number, seed: number): Promise<void> {
  const stream = new PacketStream(seed);
  for (let done = 0; done < count;) {
    const batch = await queue.readBatch({ timeoutMs: SILENCE_MS });
    try {
      for (const packet of batch) {
        check(packet, stream);
        done++;
        if (done === count || done % BATCH_PACKETS === 0) break;
      }
    } finally {
      batch.commit();
    }
    // The doorbell, and the other direction, want to be heard as well.
    await takeTurn();
  }
}

function check(packet: PacketRef, stream: PacketStream): void {
  const { payload, transactionId, typ } = stream.draw();
  const wantsId = typ !== OutgoingPacketType.InBandNoCompletion;
  const isRight =
    packet.typ.kind === (typ === OutgoingPacketType.Completion ? 'Completion' : 'InBand') &&
    packet.completionRequested === (typ === OutgoingPacketType.InBandWithCompletion) &&
    packet.transactionId === (wantsId ? BigInt(transactionId) : null) &&
    Buffer.compare(packet.readAll(), payload) === 0;
  if (!isRight) throw new ContentError(`packet ${stream.index} is not what the guest sent`);
}
