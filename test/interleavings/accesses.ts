import type { Side } from './clocks.ts';
import { isIn, ringOfData } from './layout.ts';
import type { SignalRules } from './signal-rules.ts';
import type { Replay } from './replay.ts';
import type { World } from './world.ts';

/**
 * What one side does to the memory of the channel, in one run. Words are steps, data are accesses between them. But what is loaded between a peek at a
 * control word and the next step that orders something is a guess: a race that is meant, and a step itself, which may find what is there or what was.
 */
export class Accesses {
  readonly #world: World;
  readonly #side: Side;
  readonly #replay: Replay;
  readonly #rules: SignalRules;
  #isGuessing = false;

  constructor(world: World, side: Side, replay: Replay, rules: SignalRules) {
    this.#world = world;
    this.#side = side;
    this.#replay = replay;
    this.#rules = rules;
  }

  load(address: number): number {
    checkWord(address);
    this.#isGuessing = false;
    const value = this.#replay.step({ op: 'load', address }, () => this.#world.load(this.#side, address));
    this.#rules.loaded(address, value);
    return value;
  }

  store(address: number, value: number): void {
    checkWord(address);
    this.#isGuessing = false;
    this.#replay.step({ op: 'store', address, value }, (): undefined => {
      this.#world.store(this.#side, address, value);
    });
    this.#replay.check(() => this.#rules.stored(address, value));
  }

  /** A load and a store in one: what the word was before. */
  update(address: number, change: (before: number) => number): number {
    checkWord(address);
    this.#isGuessing = false;
    return this.#replay.step({ op: 'update', address }, () => {
      const before = this.#world.load(this.#side, address);
      this.#world.store(this.#side, address, change(before) | 0);
      return before;
    });
  }

  /** A plain load of a word. */
  peek(address: number): number {
    checkWord(address);
    this.#isGuessing = isIn(address);
    return this.#replay.step({ op: 'peek', address }, () => this.#world.guess(this.#side, address));
  }

  /** As `Atomics.wait`, for ever. */
  sleep(address: number, seen: number): 'ok' | 'not-equal' {
    if (!this.fallAsleep(address, seen)) return 'not-equal';
    this.woken();
    return 'ok';
  }

  /** As `Atomics.waitAsync`: whether it sleeps. It may go on after `woken`. */
  fallAsleep(address: number, seen: number): boolean {
    checkWord(address);
    this.#isGuessing = false;
    const world = this.#world;
    return (
      this.#replay.step({ op: 'sleep', address, seen }, () => Number(world.sleep(this.#side, address, seen))) === 1
    );
  }

  /** Goes on when somebody has notified the word that it sleeps at. */
  woken(): void {
    this.#replay.step({ op: 'woken' }, (): undefined => {});
  }

  /** As `Atomics.notify`. */
  notify(address: number): number {
    checkWord(address);
    return this.#replay.step({ op: 'notify', address }, () => this.#world.notify(address));
  }

  loadData(address: number, bytes: number): number | bigint {
    if (!this.#isGuessing) return this.#replay.access(() => this.#world.loadData(this.#side, address, bytes));
    if (bytes !== 4) throw new Error(`a guess of ${bytes} bytes`);
    return this.#replay.step({ op: 'guess', address }, () => this.#world.guess(this.#side, address));
  }

  storeData(address: number, bytes: number, value: number | bigint): void {
    this.#replay.access((): undefined => {
      this.#world.storeData(this.#side, address, bytes, value);
    });
  }
}

function checkWord(address: number): void {
  if (address % 4 !== 0 || ringOfData(address) !== null) throw new Error(`there is no control word at ${address}`);
}
