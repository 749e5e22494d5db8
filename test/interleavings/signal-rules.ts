import {
  CONTROL_IN,
  CONTROL_INTERRUPT_MASK,
  CONTROL_OUT,
  CONTROL_PENDING_SEND_SIZE,
  PAGE_SIZE,
} from '../../src/index.ts';
import { controlPageOf, type Ring, RING_BYTES } from './layout.ts';

const WORDS = {
  in: CONTROL_IN,
  out: CONTROL_OUT,
  mask: CONTROL_INTERRUPT_MASK,
  pending: CONTROL_PENDING_SEND_SIZE,
} as const;

function addressOf(ring: Ring, word: keyof typeof WORDS): number {
  return controlPageOf(ring) + 4 * WORDS[word];
}

/** An index that was stored, and what was loaded after that. */
interface Commit {
  readonly address: number;
  readonly before: number;
  readonly after: number;
  readonly found: Map<number, number>;
}

function freeBytes(inPointer: number, out: number): number {
  return (out - inPointer - 8 + RING_BYTES) % RING_BYTES;
}

/**
 * When a side may signal the other one, and has to: decided once more, by what it has loaded and stored itself. The writer: `in` was stored, then the mask was
 * found clear, and `out` where `in` had been. The reader: `out` was stored, then as much was asked for as is free now, and was not before.
 */
export class SignalRules {
  /** What this side knows of each word. */
  readonly #known: Map<number, number> = new Map();
  readonly #judges: boolean;
  #commit: Commit | null = null;

  /** Unless it `judges`, anything will do: faults are to be found by what comes of them. */
  constructor(judges: boolean) {
    this.#judges = judges;
  }

  loaded(address: number, value: number): void {
    this.#known.set(address, value);
    const commit = this.#commit;
    if (commit === null) return;
    // What is decided by the peer's index is decided then.
    const { found } = commit;
    if (!found.has(peerIndex(commit.address))) found.set(address, value);
  }

  stored(address: number, value: number): void {
    if (isIndex(address)) {
      this.checkSignalled();
      this.#commit = { address, before: this.#known.get(address) ?? 0, after: value, found: new Map() };
    }
    this.#known.set(address, value);
  }

  /** Throws unless a signal is due. */
  signalled(): void {
    if (this.#judges && !this.#isDue()) throw new Error('a signal that is not due');
    this.#commit = null;
  }

  /** Throws where one was due and has not been sent. */
  checkSignalled(): void {
    if (this.#judges && this.#isDue()) throw new Error('a signal that is due is not sent');
    this.#commit = null;
  }

  #isDue(): boolean {
    if (this.#commit === null) return false;
    const { address, before, after, found } = this.#commit;
    const ring = address < controlPageOf(1) ? 0 : 1;
    if (address === addressOf(ring, 'in')) {
      return found.get(addressOf(ring, 'mask')) === 0 && found.get(addressOf(ring, 'out')) === before;
    }
    const pending = (found.get(addressOf(ring, 'pending')) ?? 0) & ~7;
    const inPointer = found.get(addressOf(ring, 'in'));
    if (pending === 0 || inPointer === undefined) return false;
    return freeBytes(inPointer, before) < pending && pending <= freeBytes(inPointer, after);
  }
}

/** The other index of the same ring. */
function peerIndex(address: number): number {
  const ring = address < controlPageOf(1) ? 0 : 1;
  return addressOf(ring, address === addressOf(ring, 'in') ? 'out' : 'in');
}

function isIndex(address: number): boolean {
  return (
    address >= PAGE_SIZE &&
    ([0, 1] as const).some((ring) => {
      return address === addressOf(ring, 'in') || address === addressOf(ring, 'out');
    })
  );
}
