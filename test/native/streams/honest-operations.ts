import { LISTED_TYPES, type ListedRange, type ListedType } from '../../support/contract.ts';
import type { Xorshift } from '../../support/xorshift.ts';
import { type Operation, packetBytes, type SentPacket, type Via, WORD } from '../lockstep/operation.ts';

/** Of the format: descriptor, headers and padded payload. */
const PACKET_LIMIT = 524_280;

/** What is known of the ring when an operation is drawn. */
export interface RingState {
  readonly ringBytes: number;
  readonly freeBytes: number;
}

function gpaRange(random: Xorshift, isSinglePage: boolean): ListedRange {
  const offset = random.below(4096);
  const length = 1 + random.below(isSinglePage ? 4096 - offset : 16384);
  const pageCount = Math.ceil((offset + length) / 4096);
  return { length, offset, pages: Array.from({ length: pageCount }, () => random.u64()) };
}

function ranges(random: Xorshift, type: ListedType): ListedRange[] {
  if (type === 'gpa') {
    const isSinglePage = random.below(2) === 0;
    return Array.from({ length: 1 + random.below(4) }, () => gpaRange(random, isSinglePage));
  }
  if (type !== 'xfer') return [];
  return Array.from({ length: 1 + random.below(8) }, () => ({
    length: random.next(),
    offset: random.next(),
    pages: [],
  }));
}

/** Small, of any size, or one that just fits, or just does not. */
function payloadBytes(random: Xorshift, overhead: number, { ringBytes, freeBytes }: RingState): number {
  const limit = Math.min(ringBytes - 8, PACKET_LIMIT) - overhead;
  const drawn = [
    () => random.below(64),
    () => random.below(ringBytes / 8),
    () => random.below(limit + 1),
    () => freeBytes - overhead + 8 * random.below(3) - random.below(16),
  ][random.below(4)]!();
  return Math.max(0, Math.min(drawn, limit));
}

/** A packet of any type that the ring can hold. */
export function randomPacket(random: Xorshift, state: RingState): SentPacket {
  const type = LISTED_TYPES[random.below(LISTED_TYPES.length)]!;
  const empty: SentPacket = {
    type,
    transactionId: random.u64(),
    payloadBytes: 0,
    seed: random.next(),
    setId: random.below(0x10000),
    ranges: ranges(random, type),
  };
  return { ...empty, payloadBytes: payloadBytes(random, packetBytes(empty), state) };
}

export function randomVia(random: Xorshift): Via {
  return random.below(2) === 0 ? 'range' : 'array';
}

/** Sizes that writers ask for, sizes with low bits, and sizes that nobody should ask for. */
function pendingSendSize(random: Xorshift, { ringBytes, freeBytes }: RingState): number {
  return [
    () => 0,
    () => ringBytes - 1,
    () => ringBytes - 8 * random.below(3),
    () => ringBytes / 4,
    () => freeBytes + random.below(64),
    () => random.below(ringBytes),
    () => random.below(16),
    () => random.next(),
  ][random.below(8)]!();
}

/** What the sides ask of each other, and what they announce. */
export function randomStore(random: Xorshift, state: RingState): Operation {
  const [word, value] = [
    (): [number, number] => [WORD.interruptMask, random.below(3)],
    (): [number, number] => [WORD.interruptMask, random.next()],
    (): [number, number] => [WORD.pendingSendSize, pendingSendSize(random, state)],
    (): [number, number] => [WORD.pendingSendSize, pendingSendSize(random, state)],
    (): [number, number] => [WORD.featureBits, random.below(4) === 0 ? random.next() : 1],
  ][random.below(5)]!();
  return { name: 'store', word, value };
}

/** The next operation of two sides that keep to the protocol: rings are now rather full, now rather empty. */
export function honestOperation(random: Xorshift, state: RingState, isFilling: boolean): Operation {
  const draw = random.below(10);
  if (draw < 3) return randomStore(random, state);
  if (draw < (isFilling ? 8 : 5)) {
    const count = random.below(3) === 0 ? 1 + random.below(4) : 1;
    const packets = Array.from({ length: count }, () => randomPacket(random, state));
    return { name: 'write', packets, via: randomVia(random) };
  }
  if (draw === 9) return { name: 'receive' };
  return { name: 'read', count: random.below(2) === 0 ? 1 : 1 + random.below(8), via: randomVia(random) };
}
