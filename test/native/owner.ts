/** Whoever sees to it that what was opened is closed: a test, or a part of one. */
export interface Owner {
  /** Has `close` called at its end. */
  after(close: () => void | Promise<void>): void;
}

/** Runs `part`, and closes what it has opened, the last first: a test that goes on for hours keeps nothing. */
export async function runPart(part: (owner: Owner) => Promise<void>): Promise<void> {
  const closers: (() => void | Promise<void>)[] = [];
  try {
    await part({ after: (close) => closers.push(close) });
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}
