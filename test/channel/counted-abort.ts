/** An abort signal that counts who listens. */
export class CountedAbort {
  readonly controller: AbortController = new AbortController();
  listeners = 0;

  readonly signal: AbortSignal = this.controller.signal;

  constructor() {
    const { signal } = this;
    const add = signal.addEventListener.bind(signal) as (...args: unknown[]) => void;
    const remove = signal.removeEventListener.bind(signal) as (...args: unknown[]) => void;
    Object.assign(signal, {
      addEventListener: (...args: unknown[]) => {
        this.listeners++;
        add(...args);
      },
      removeEventListener: (...args: unknown[]) => {
        this.listeners--;
        remove(...args);
      },
    });
  }
}
