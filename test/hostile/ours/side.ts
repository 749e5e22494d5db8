import assert from 'node:assert/strict';
import { GuestMemory, type Queue, type SignalHandle } from '../../../src/index.ts';
import type { MemoryName, RingPlace } from '../../support/ring-places.ts';
import { typedErrorCode } from '../../support/typed-errors.ts';
import type { Xorshift } from '../../support/xorshift.ts';
import type { Board } from '../board.ts';
import type { HonestEnd } from '../honest.ts';
import { Secrets } from './secrets.ts';
import { Tally } from './tally.ts';

/** How long our side waits, at most, where it may wait. */
export const WAIT_MS = 4;

const GUEST_BYTES = 16 * 4096;

/** What an abort signal says: it comes back as it is. */
export const ABORTED: Error = new Error('aborted by us');

/** The rings of one episode, as our side opens them. */
export interface OurRings {
  readonly incoming: RingPlace;
  readonly incomingMemory: MemoryName;
  readonly outgoing: RingPlace;
  readonly outgoingMemory: MemoryName;
  readonly signal: SignalHandle;
  /** Where payloads are received: in the memory of the ring, where that is WebAssembly's. */
  readonly target: Uint8Array;
}

/** What all that our side does goes through: it counts, times and judges. */
export class OurSide {
  readonly random: Xorshift;
  readonly secrets: Secrets = new Secrets();
  readonly operations: Tally = new Tally();
  readonly errors: Tally = new Tally();
  readonly accepted: Tally = new Tally();
  readonly guest: GuestMemory;
  readonly #guestBytes = new Uint8Array(3 * GUEST_BYTES);
  readonly #board: Board;
  readonly #honest: HonestEnd;
  strategy = '';
  slowest: { readonly name: string; readonly milliseconds: number } = { name: 'nothing', milliseconds: 0 };

  constructor(random: Xorshift, board: Board, honest: HonestEnd) {
    this.random = random;
    this.#board = board;
    this.#honest = honest;
    this.guest = new GuestMemory([
      { gpa: 0, buffer: this.#guestBytes.buffer, byteOffset: GUEST_BYTES, length: GUEST_BYTES },
    ]);
  }

  /** Guest memory lies between secrets as well. */
  keepAroundGuest(): void {
    this.secrets.keep(this.#guestBytes.subarray(0, GUEST_BYTES));
    this.secrets.keep(this.#guestBytes.subarray(2 * GUEST_BYTES));
  }

  /** Does something: what came of it, or `undefined` where an error did that may come. */
  async does<T>(name: string, run: () => T | Promise<T>): Promise<T | undefined> {
    this.#board.beginOperation(`${name} under ${this.strategy}`);
    this.operations.add(name);
    const began = performance.now();
    try {
      return await run();
    } catch (error) {
      this.#judge(name, error);
      return undefined;
    } finally {
      const milliseconds = performance.now() - began;
      if (milliseconds > this.slowest.milliseconds)
        this.slowest = { name: `${name} under ${this.strategy}`, milliseconds };
      this.#honest.echo();
    }
  }

  /** A packet was taken for good. `most`: the bytes that it can have at most. */
  accept(bytes: Uint8Array, most: number, what: string): void {
    assert.ok(bytes.length <= most, `${what} delivered ${bytes.length} bytes, ${most} are possible`);
    this.secrets.checkDelivered(bytes, what);
    this.accepted.add(this.strategy);
  }

  #judge(name: string, error: unknown): void {
    const code = error === ABORTED ? 'aborted by us' : typedErrorCode(error);
    if (code === null) throw new Error(`${name} under ${this.strategy}: an error that has no type`, { cause: error });
    this.errors.add(code);
  }
}

/** Whether there is anything left to be done with it. */
export function isOver({ channel }: Pick<Queue, 'channel'>): boolean {
  return channel.isClosed;
}
