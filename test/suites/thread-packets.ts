import type { PacketRef, Queue } from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { fail } from './assert.ts';
import { numberedPayload, padded, sameBytes } from './bytes.ts';

/** Waits end after this long: whoever waits longer waits for what never comes. */
export const HANG_MS = 15_000;

/** Most packets are small; some take a good part of a small ring. */
const SMALL_BYTES = 64;
const LARGE_BYTES = 2000;

/** One packet after the other, the same for the same seed, all different from each other. */
export function packetsOf(seed: number): () => Uint8Array<ArrayBuffer> {
  const random = new Xorshift(seed);
  let number = 0;
  return () => numberedPayload(number++, random.below(random.below(8) === 0 ? LARGE_BYTES : SMALL_BYTES));
}

/** Throws unless `packet` holds `payload`, padded. */
export function checkPacket(packet: PacketRef, payload: Uint8Array, what: string): void {
  const actual = packet.readAll();
  const expected = padded(payload);
  if (!sameBytes(actual, expected)) fail(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

/** The next packet, however this thread waits. */
export function readFrom(queue: Queue, blocking: boolean): PacketRef | Promise<PacketRef> {
  return blocking ? queue.readSync(HANG_MS) : queue.read({ timeoutMs: HANG_MS });
}

/** Writes, however this thread waits. */
export function writeTo(queue: Queue, payload: Uint8Array, blocking: boolean): void | Promise<void> {
  return blocking ? queue.writeSync(payload, HANG_MS) : queue.write(payload, { timeoutMs: HANG_MS });
}

/** Sends packets, and returns how many, which is `packets` unless the channel came to its end. */
export async function sendPackets(queue: Queue, packets: number, seed: number, blocking: boolean): Promise<number> {
  const next = packetsOf(seed);
  for (let i = 0; i < packets; i++) await writeTo(queue, next(), blocking);
  return packets;
}

/** Reads `packets` of them, in order and without a gap. */
export async function receivePackets(queue: Queue, packets: number, seed: number, blocking: boolean): Promise<void> {
  const next = packetsOf(seed);
  for (let i = 0; i < packets; i++) checkPacket(await readFrom(queue, blocking), next(), `packet ${i}`);
  queue.reader.release();
}
