interface ServerProcess {
  readonly process?: { on?(event: 'exit', listener: () => void): void };
}

/** What is to be done when this thread ends by itself; made with the first of them. */
let pending: Set<() => void> | undefined;

/**
 * Has `end` called when this thread ends in a way that it notices: at the end of its work, by `process.exit`, by an error that nobody
 * caught. Not when somebody else terminates it, and not in browsers. Returns a function that takes it back.
 */
export function onThreadEnd(end: () => void): () => void {
  const { process } = globalThis as ServerProcess;
  if (typeof process?.on !== 'function') return () => {};
  if (pending === undefined) {
    const ends = new Set<() => void>();
    pending = ends;
    // One listener for all: runtimes warn of more than ten.
    process.on('exit', () => {
      for (const call of ends) call();
    });
  }
  const ends = pending;
  ends.add(end);
  return () => ends.delete(end);
}
