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
  pending ??= callAtExit((listener) => process.on!('exit', listener));
  const ends = pending;
  ends.add(end);
  return () => ends.delete(end);
}

/**
 * One listener for all: runtimes warn of more than ten. A function of its own, since a listener keeps all that the function has in which
 * it was made.
 */
function callAtExit(listen: (listener: () => void) => void): Set<() => void> {
  const ends = new Set<() => void>();
  listen(() => {
    for (const call of ends) {
      try {
        call();
      } catch {
        // The others are to hear of it all the same.
      }
    }
  });
  return ends;
}
