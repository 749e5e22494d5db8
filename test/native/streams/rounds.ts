import type { Xorshift } from '../../support/xorshift.ts';
import { type Operation, type SentPacket, WORD } from '../lockstep/operation.ts';
import { maybeBrokenPackets } from './broken-packets.ts';
import { honestOperation, randomPacket, randomStore, randomVia, type RingState } from './honest-operations.ts';

/** Operations that belong together. `look` tells what is known of the ring before the next one. */
export type Round = (random: Xorshift, look: () => RingState) => Generator<Operation, void, undefined>;

/** Operations after which the ring is filled rather than emptied, or the other way round. */
const PHASE_LENGTH = 40;
const PHASES = 4;

function randomIndex(random: Xorshift, ringBytes: number): number {
  return random.below(ringBytes / 8) * 8;
}

/** An index as it should be, one that is no multiple of 8, or one that is not in the ring. */
function maybeBrokenIndex(random: Xorshift, ringBytes: number): number {
  return [
    () => randomIndex(random, ringBytes),
    () => randomIndex(random, ringBytes),
    () => random.below(ringBytes),
    () => ringBytes + 8 * random.below(3),
    () => random.next(),
  ][random.below(5)]!();
}

/** Starts anywhere, with an empty ring, and with any words that the sides may ask by. */
function* begin(random: Xorshift, state: RingState): Generator<Operation, number, undefined> {
  const at = randomIndex(random, state.ringBytes);
  yield { name: 'reopen', in: at, out: at };
  yield { name: 'store', word: WORD.interruptMask, value: random.below(2) };
  for (let stores = random.below(4); stores > 0; stores--) yield randomStore(random, state);
  return at;
}

/** Both sides keep to the protocol. */
function* honest(random: Xorshift, look: () => RingState): ReturnType<Round> {
  yield* begin(random, look());
  for (let i = 0; i < PHASES * PHASE_LENGTH; i++) {
    yield honestOperation(random, look(), Math.floor(i / PHASE_LENGTH) % 2 === 0);
  }
}

/** The writer puts anything into the ring, and any `in`; what do the readers make of it? */
function* brokenWriter(random: Xorshift, look: () => RingState): ReturnType<Round> {
  const { ringBytes } = look();
  const at = yield* begin(random, look());
  const bytes = maybeBrokenPackets(random, ringBytes - 8);
  yield { name: 'put', at, bytes };
  const end = (at + bytes.length) % ringBytes;
  const peersIn = [
    () => end,
    () => end,
    () => end,
    // Too few bytes for a packet, or not all of the last one.
    () => (at + 8 * (1 + random.below(2))) % ringBytes,
    () => (end + ringBytes - 8 * (1 + random.below(4))) % ringBytes,
    () => maybeBrokenIndex(random, ringBytes),
  ][random.below(6)]!();
  yield { name: 'store', word: WORD.in, value: peersIn };
  for (let reads = 0; reads < 6; reads++) {
    // By an index that is outside of the ring, this one function of DPDK's would read outside of its memory.
    if (peersIn < ringBytes && random.below(4) === 0) yield { name: 'receive' };
    else yield { name: 'read', count: 1, via: randomVia(random) };
  }
}

/** The reader says that it is anywhere; what do the writers make of it? */
function* brokenReader(random: Xorshift, look: () => RingState): ReturnType<Round> {
  const { ringBytes } = look();
  yield { name: 'reopen', in: randomIndex(random, ringBytes), out: randomIndex(random, ringBytes) };
  for (let writes = 0; writes < 8; writes++) {
    yield randomStore(random, look());
    if (random.below(2) === 0) yield { name: 'store', word: WORD.out, value: maybeBrokenIndex(random, ringBytes) };
    yield { name: 'write', packets: [randomPacket(random, look())], via: randomVia(random) };
  }
}

function mistakenPacket(random: Xorshift, { ringBytes, freeBytes }: RingState): SentPacket {
  const packet = randomPacket(random, { ringBytes, freeBytes });
  if (random.below(3) === 0) return { ...packet, type: 'gpa', ranges: [], payloadBytes: random.below(256) };
  const limit = Math.min(ringBytes, 524_280);
  return { ...packet, payloadBytes: limit + (random.below(4) === 0 ? -random.below(64) : random.below(ringBytes / 4)) };
}

/** The caller wants to send what cannot be sent, among what can. */
function* mistakenCaller(random: Xorshift, look: () => RingState): ReturnType<Round> {
  yield* begin(random, look());
  for (let writes = 0; writes < 4; writes++) {
    yield { name: 'write', packets: [randomPacket(random, look())], via: randomVia(random) };
    yield { name: 'write', packets: [mistakenPacket(random, look())], via: randomVia(random) };
    yield { name: 'read', count: 1 + random.below(4), via: randomVia(random) };
  }
}

/** The kinds of round, and how many of each there are for one of another. */
export const ROUNDS: readonly { readonly what: string; readonly weight: number; readonly round: Round }[] = [
  { what: 'both sides keep to the protocol', weight: 2, round: honest },
  { what: 'a broken writer', weight: 12, round: brokenWriter },
  { what: 'a broken reader', weight: 6, round: brokenReader },
  { what: 'a mistaken caller', weight: 4, round: mistakenCaller },
];
