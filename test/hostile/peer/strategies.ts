import {
  CONTROL_FEATURE_BITS as FEATURES,
  CONTROL_IN as IN,
  CONTROL_INTERRUPT_MASK as MASK,
  CONTROL_OUT as OUT,
  CONTROL_PENDING_SEND_SIZE as PENDING,
} from '../../../src/index.ts';
import type { Peer } from './reach.ts';
import { sendPacket } from './traffic.ts';

/** One way to be hostile. */
export type Attack = (peer: Peer) => void;

/** How often a word flips before the next decision: as fast as it can be. */
const FLIPS = 2000;

const BELLS = 64;

const TYPES = [6, 7, 9, 11, 0, 1, 10, 0xffff];

/** Any value, mostly one that nearly could be. */
function anyWord(peer: Peer): number {
  const { random, toUs } = peer;
  switch (random.below(6)) {
    case 0:
      return random.next();
    case 1:
      return [0, 1, 8, toUs.size - 8, toUs.size, toUs.size + 8, 0x7fff_fff8, 0xffff_fff8][random.below(8)]!;
    case 2:
      return random.below(toUs.size);
    default:
      return 8 * random.below(toUs.size / 8);
  }
}

function noise(peer: Peer): void {
  const { random, toUs, fromUs } = peer;
  const ring = random.below(3) === 0 ? fromUs : toUs;
  ring.write(random.below(ring.size), random.bytes(1 + random.below(64)));
  if (random.below(16) > 0) return;
  if (ring === toUs) toUs.store([IN, PENDING, FEATURES][random.below(3)]!, random.next());
  else fromUs.store([OUT, MASK][random.below(2)]!, random.next());
  peer.forget();
}

/** A header that lies about one thing, or its ranges do, or nothing does. Returns how long it says that the packet is, footer included. */
function lyingHeader(peer: Peer, at: number): number {
  const { random, toUs } = peer;
  const lie = random.below(8);
  const type = TYPES[random.below(lie === 0 ? TYPES.length : 4)]!;
  const count = lie === 1 ? random.below(2) * (random.next() >>> random.below(32)) : 1 + random.below(3);
  const listUnits = { 7: 1 + (count % 4), 9: 1 + 2 * (count % 4) }[type] ?? 0;
  const start = lie === 2 ? random.below(70) : 2 + listUnits;
  const length = lie === 3 ? random.below(1 << random.below(17)) : start + random.below(8);
  const flags = lie === 4 ? random.below(1 << random.below(17)) : random.below(2);
  toUs.write(at, new Uint8Array(Uint16Array.of(type, start, length, flags).buffer));
  toUs.write(at + 8, random.bytes(8));
  toUs.write(at + 16, new Uint8Array(Uint32Array.of(random.below(4), count).buffer));
  for (let i = 0; i < 4; i++) {
    if (lie === 5 || random.below(16) === 0) lyingRange(peer, at + 24 + 16 * i);
    else
      toUs.write(
        at + 24 + 16 * i,
        new Uint8Array(Uint32Array.of(1 + random.below(4000), 96, random.below(16), 0).buffer),
      );
  }
  return 8 * length + 8;
}

/** A GPA range or a pipe header that lies. */
function lyingRange(peer: Peer, at: number): void {
  const { random, toUs } = peer;
  const length = [0, 1, 4096, 0xffff_f000, 0xffff_ffff, random.below(9000)][random.below(6)]!;
  const offset = [0, 4095, 4096, 0xffff_ffff, random.below(4096)][random.below(5)]!;
  toUs.write(at, new Uint8Array(Uint32Array.of(length, offset).buffer));
  toUs.write(
    at + 8,
    new Uint8Array(Uint32Array.of(random.below(24), random.below(4) === 0 ? random.next() : 0).buffer),
  );
}

function lies(peer: Peer): void {
  const { random, toUs } = peer;
  const at = (toUs.load(IN) % toUs.size) & ~7;
  const said = lyingHeader(peer, at);
  const length = random.below(8) === 0 ? 8 * (1 + random.below(12)) : said;
  toUs.store(IN, (at + length) % toUs.size);
  peer.signal.notify();
  peer.forget();
}

/** Leaves things as they are for a moment: else the next thing that the peer does may hide them. */
function linger({ random, toUs }: Peer): void {
  for (let left = random.below(FLIPS); left > 0; left--) toUs.load(OUT);
}

function jumps(peer: Peer): void {
  const { random, toUs, fromUs } = peer;
  for (let i = 0; i < 8; i++) {
    if (random.below(3) === 0) fromUs.store(OUT, anyWord(peer));
    else toUs.store(IN, anyWord(peer));
    peer.signal.notify();
    linger(peer);
  }
  peer.forget();
}

/** Words of a packet that are worth it, in units of 4 bytes: lengths above all. */
const FLIPPED = [0, 1, 1, 1, 1, 4, 5, 5, 6, 7, 8, 9];

/** A word of the packet that we read next, or of the pointers, is now this and now that. */
function flips(peer: Peer): void {
  const { random, toUs } = peer;
  if (random.below(8) === 0) {
    const [newIn, other] = [toUs.load(IN), anyWord(peer)];
    for (let i = 0; i < FLIPS; i++) toUs.store(IN, i % 2 === 0 ? other : newIn);
    return;
  }
  const at = ((toUs.load(OUT) % toUs.size) & ~7) + 4 * FLIPPED[random.below(FLIPPED.length)]!;
  const before = toUs.read32(at) | 0;
  const bits = random.below(4) === 0 ? random.next() : 1 << random.below(random.below(2) === 0 ? 5 : 32);
  toUs.flip32(at, before, before ^ bits, FLIPS);
}

/** What the peer asks of us, and says that it can. */
function asks(peer: Peer): void {
  const { random, toUs, fromUs } = peer;
  const { size } = toUs;
  toUs.store(PENDING, [random.next(), size - 1, size, 8 * random.below(size / 8), 1, 0xffff_ffff][random.below(6)]!);
  toUs.store(FEATURES, random.below(2) === 0 ? random.next() : random.below(2));
  fromUs.store(MASK, random.below(2) === 0 ? random.next() : random.below(2));
  // In the middle of our wait: what we wait by is masked.
  if (random.below(8) === 0) peer.signal.notify();
}

function footers(peer: Peer): void {
  const { random, toUs } = peer;
  const end = (toUs.load(IN) % toUs.size) & ~7;
  toUs.write(end + toUs.size - 8, random.bytes(8));
  if (random.below(2) === 0) return;
  // A packet of which the footer is not there.
  const start = (toUs.load(IN) % toUs.size) & ~7;
  toUs.write(start, new Uint8Array(Uint16Array.of(6, 2, 2 + random.below(3), 0).buffer));
  toUs.store(IN, (start + 8 * (1 + random.below(4))) % toUs.size);
  peer.signal.notify();
  linger(peer);
  peer.forget();
}

function bells(peer: Peer): void {
  for (let i = 0; i < BELLS; i++) peer.signal.notify();
}

/** All ways by their names. The last one is a peer that means well: what is red under it is not the peer's doing. */
export const STRATEGIES: Readonly<Record<string, Attack>> = {
  noise,
  lies,
  jumps,
  flips,
  asks,
  footers,
  bells,
  everything: (peer) => [noise, lies, jumps, flips, asks, footers, bells][peer.random.below(7)]!(peer),
  honest: sendPacket,
};

/** The most that the peer means well between two attacks: a power of 2. Most channels do not survive one, and should come to work first. */
const LONGEST_PATIENCE = 11;

/** What a peer does, one thing after the other: it means well for a while, and then attacks. */
export class Behaviour {
  readonly #attack: Attack;
  readonly #patience: number;
  #left: number;

  constructor(peer: Peer, strategy: string) {
    this.#attack = STRATEGIES[strategy]!;
    this.#patience = 1 << peer.random.below(LONGEST_PATIENCE + 1);
    this.#left = this.#patience;
  }

  act(peer: Peer): void {
    if (this.#left-- > 0) {
      if (peer.random.below(3) === 0) peer.receive();
      else sendPacket(peer);
      return;
    }
    this.#left = 1 + peer.random.below(this.#patience);
    this.#attack(peer);
  }
}
