/** What became of a completion: who waits for it, or why nobody does. */
export type Completed<T> = { readonly call: T } | { readonly unexpected: 'late' | 'duplicate' | 'unknown' };

const WORD = 2 ** 32;

/**
 * The transactions of one end that have no completion yet, by their ids: numbers from 1 to 2^53 - 1, counted up, so that none
 * comes a second time in the life of a channel; after the last one they begin again, without those that are outstanding. 0 is
 * left out: Hyper-V does not answer it.
 *
 * One that was given up keeps its id and its place until its completion comes: the peer would else answer another call.
 */
export class TransactionTable<T> {
  readonly #maximum: number;
  readonly #lastId: number;
  readonly #calls: Map<number, T | null> = new Map();
  #next: number;
  #wrapped = false;

  /** `maximum` transactions at a time, with ids from `firstId` on; those after `lastId` begin at 1. */
  constructor(maximum: number, firstId = 1, lastId: number = Number.MAX_SAFE_INTEGER) {
    this.#maximum = maximum;
    this.#lastId = lastId;
    this.#next = firstId;
  }

  /** Transactions without completion, those that were given up included. */
  get size(): number {
    return this.#calls.size;
  }

  /** How many more may be there, if `reserved` of them are promised already. */
  hasPlace(reserved: number): boolean {
    return this.#calls.size + reserved < this.#maximum;
  }

  /** The id of the next transaction. Asked again, it is the same, until `add`. */
  nextId(): number {
    while (this.#calls.has(this.#next)) this.#advance();
    return this.#next;
  }

  /** Enters a transaction that was sent with the id that `nextId` had. */
  add(call: T): number {
    const id = this.nextId();
    this.#calls.set(id, call);
    this.#advance();
    return id;
  }

  /** Nobody waits for this one's completion any more. */
  giveUp(id: number): void {
    if (this.#calls.has(id)) this.#calls.set(id, null);
  }

  /** Takes out the transaction whose completion has come, the id in two halves of 32 bits. */
  complete(low: number, high: number): Completed<T> {
    const id = high * WORD + low;
    const call = this.#calls.get(id);
    if (call === undefined) return { unexpected: this.#wasUsed(id) ? 'duplicate' : 'unknown' };
    this.#calls.delete(id);
    return call === null ? { unexpected: 'late' } : { call };
  }

  /** Takes all out that somebody waits for. */
  takeAll(): T[] {
    const calls = [...this.#calls.values()].filter((call) => call !== null);
    this.#calls.clear();
    return calls;
  }

  #advance(): void {
    const isLast = this.#next === this.#lastId;
    this.#wrapped ||= isLast;
    this.#next = isLast ? 1 : this.#next + 1;
  }

  /** Ids above 2^53 are rounded here: none of them was ever used. */
  #wasUsed(id: number): boolean {
    return id > 0 && id <= this.#lastId && (this.#wrapped || id < this.#next);
  }
}
