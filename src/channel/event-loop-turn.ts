/**
 * Lets the event loop have a turn: timers, I/O and messages. An asynchronous loop that never has to wait keeps them all from
 * running, microtasks come first.
 */
export function takeTurn(): Promise<void> {
  const { setImmediate: immediate } = globalThis as { setImmediate?: (resume: () => void) => void };
  return new Promise((resolve) => {
    if (immediate !== undefined) {
      immediate(resolve);
      return;
    }
    // Browsers: a message is a turn, and unlike a timer it is not held back.
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
