/** What a promise has come to. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * As much of a promise as the library asks of one. How it is can be asked, which an explorer has to: it cannot wait.
 */
export class SteppedPromise<T> {
  /** Where what is to be done when a promise is settled goes: the event loop of the side that runs. */
  static schedule: (task: () => void) => void = () => {};

  outcome: Outcome<T> | null = null;
  readonly #listeners: (() => void)[] = [];

  static resolve<T>(value: T): SteppedPromise<T> {
    return new SteppedPromise((resolve) => resolve(value));
  }

  static reject<T>(error: unknown): SteppedPromise<T> {
    return new SteppedPromise((_resolve, reject) => reject(error));
  }

  constructor(executor: (resolve: (value: T) => void, reject: (error: unknown) => void) => void) {
    const settle = (outcome: Outcome<T>): void => {
      this.outcome ??= outcome;
      for (const listener of this.#listeners.splice(0)) SteppedPromise.schedule(listener);
    };
    try {
      executor(
        (value) => settle({ value }),
        (error) => settle({ error }),
      );
    } catch (error) {
      settle({ error });
    }
  }

  /** What others call `then`. */
  goOn<U>(onValue: (value: T) => U): SteppedPromise<U> {
    return new SteppedPromise((resolve, reject) => {
      const next = (): void => {
        const outcome = this.outcome!;
        if ('error' in outcome) reject(outcome.error);
        else resolve(onValue(outcome.value));
      };
      if (this.outcome === null) this.#listeners.push(next);
      else SteppedPromise.schedule(next);
    });
  }
}

/** What the language looks for, too: to be written out only where that is meant. */
const { name: THEN } = Promise.prototype.then;

/** What the library goes on from: an object that has `then`, but is no promise. */
export function withThen<T extends object>(target: T, goOn: (onValue: () => void) => unknown): T {
  return Object.defineProperty(target, THEN, { value: goOn });
}

withThen(SteppedPromise.prototype, SteppedPromise.prototype.goOn);
