interface Pausing {
  readonly pause?: () => void;
}

/** Tells the processor that this thread looks in a loop: its other half, if it has one, may go ahead. Where there is such a thing. */
export const pause: () => void = (Atomics as Pausing).pause ?? (() => {});
