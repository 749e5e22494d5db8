import { otherSide, type Side } from './clocks.ts';
import type { Step } from './replay.ts';

/**
 * Which words each side looks at and which it changes, as far as was seen. A step is nobody else's business where the other side changes nothing that it looks
 * at, and looks at nothing that it changes: then it makes no difference when it happens, and only one order has to be gone through (partial-order
 * reduction: such a step is a persistent set by itself).
 *
 * What was not seen yet may still come. Then all is gone through once more with what is known by now, until nothing new comes: whatever the other
 * side would do next to a word that was thought to be nobody else's, it does as well after the step that came too early.
 */
export class Footprints {
  readonly #looked: readonly [Set<number>, Set<number>] = [new Set(), new Set()];
  readonly #changed: readonly [Set<number>, Set<number>] = [new Set(), new Set()];

  /** How many words are known. */
  get size(): number {
    return [...this.#looked, ...this.#changed].reduce((sum, { size }) => sum + size, 0);
  }

  /** The side is about to do this. */
  add(side: Side, step: Step): void {
    if (!('address' in step)) return;
    if (step.op !== 'store') this.#looked[side].add(step.address);
    if (step.op === 'store' || step.op === 'update' || step.op === 'notify') this.#changed[side].add(step.address);
  }

  /** Whether it is nobody else's business. `isMortal`: who takes the place of a side that is killed looks at what that has changed. */
  isPrivate(side: Side, step: Step, isMortal: boolean): boolean {
    const other = otherSide(side);
    switch (step.op) {
      case 'load':
      case 'peek':
        return !this.#changed[other].has(step.address);
      case 'store':
        return !isMortal && !this.#changed[other].has(step.address) && !this.#looked[other].has(step.address);
      default:
        return false;
    }
  }
}
