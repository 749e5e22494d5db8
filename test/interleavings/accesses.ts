import type { AccessPlan, Wrong } from './access-plan.ts';
import { otherSide, type Side } from './clocks.ts';
import { isIn, ringOfData } from './layout.ts';
import type { Replay, Step } from './replay.ts';
import type { SignalRules } from './signal-rules.ts';
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
  readonly #plan: AccessPlan | null;
  /** What was loaded or stored last, by address. */
  readonly #known: Map<number, number> = new Map();
  #isGuessing = false;
  /** What comes after the next access, and should have come before it. */
  #late: (() => void) | null = null;

  constructor(world: World, side: Side, replay: Replay, rules: SignalRules, plan: AccessPlan | null) {
    this.#world = world;
    this.#side = side;
    this.#replay = replay;
    this.#rules = rules;
    this.#plan = plan;
  }

  load(address: number): number {
    checkWord(address);
    const wrong = this.#begin('load', address);
    if (wrong === 'left out') return this.#known.get(address) ?? 0;
    const world = this.#world;
    const value = this.#step({ op: 'load', address }, () => {
      const present = world.load(this.#side, address);
      return wrong === 'too early' ? world.early(this.#side) : present;
    });
    this.#known.set(address, value);
    this.#rules.loaded(address, value);
    return value;
  }

  store(address: number, value: number): void {
    checkWord(address);
    const wrong = this.#begin('store', address, value);
    if (wrong === 'left out') return;
    const store = (): void => {
      this.#step({ op: 'store', address, value }, (): undefined => {
        this.#world.store(this.#side, address, value);
      });
      this.#known.set(address, value);
      this.#replay.check(() => this.#rules.stored(address, value));
    };
    if (wrong === 'too late') this.#late = store;
    else store();
  }

  /** A load and a store in one: what the word was before. */
  update(address: number, change: (before: number) => number): number {
    checkWord(address);
    if (this.#begin('update', address) === 'left out') return this.#known.get(address) ?? 0;
    const before = this.#step({ op: 'update', address }, () => {
      const value = this.#world.load(this.#side, address);
      this.#world.store(this.#side, address, change(value) | 0);
      return value;
    });
    this.#known.set(address, change(before) | 0);
    return before;
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
    this.finish();
    this.#begin('sleep', address);
    const world = this.#world;
    const sleeps = this.#step({ op: 'sleep', address, seen }, () => Number(world.sleep(this.#side, address, seen)));
    return sleeps === 1;
  }

  /** Goes on when somebody has notified the word that it sleeps at. */
  woken(): void {
    this.#replay.step({ op: 'woken' }, (): undefined => {});
  }

  /** As `Atomics.notify`. */
  notify(address: number): number {
    checkWord(address);
    if (this.#begin('notify', address) === 'left out') return 0;
    return this.#step({ op: 'notify', address }, () => this.#world.notify(address));
  }

  /** Wakes the other side, where no memory is to do that. */
  signal(): void {
    if (this.#begin('signal', null) === 'left out') return;
    this.#replay.check(() => this.#rules.signalled());
    this.#step({ op: 'signal' }, (): undefined => {
      this.#world.signal(otherSide(this.#side));
    });
  }

  /** Sleeps until this side is woken. */
  wait(): void {
    this.finish();
    this.#begin('wait', null);
    this.#replay.check(() => this.#rules.checkSignalled());
    this.#step({ op: 'wait' }, (): undefined => {
      this.#world.wake(this.#side);
    });
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

  /** Stores one behind the other. */
  storeAll(address: number, bytes: number, values: ArrayLike<number | bigint>): void {
    this.#replay.access((): undefined => {
      for (let i = 0; i < values.length; i++) {
        this.#world.storeData(this.#side, address + i * bytes, bytes, values[i]!);
      }
    });
  }

  /** Does what is late: before a side sleeps, and at its end. */
  finish(): void {
    const late = this.#late;
    this.#late = null;
    late?.();
  }

  #begin(op: string, address: number | null, value?: number): Wrong | null {
    this.#isGuessing = false;
    return this.#plan?.next(op, address, value) ?? null;
  }

  #step<T extends number | undefined>(what: Step, live: () => T): T {
    const late = this.#late;
    this.#late = null;
    const early = this.#plan?.fault?.site.address ?? null;
    const result = this.#replay.step(what, () => {
      const value = live();
      if (early !== null) this.#world.keepEarly(this.#side, early);
      return value;
    });
    late?.();
    return result;
  }
}

function checkWord(address: number): void {
  if (address % 4 !== 0 || ringOfData(address) !== null) throw new Error(`there is no control word at ${address}`);
}
