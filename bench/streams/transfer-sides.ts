import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { Messages, type Work } from '../jobs/work.ts';
import type { Arrivals } from './arrivals.ts';

/** Chunks that are under way at most: a port has no back-pressure of its own, and would fill the memory. */
const WINDOW = 64;

/** So many chunks go back at a time, to be used again: a message for each of them would cost as much as the chunk. */
const RETURNED = 16;

/** Gives a chunk its number, as `Messages.set` does: its buffer is another one each time. */
function setNumber(chunk: Uint8Array, number: number): void {
  const words = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.byteLength >> 2);
  words[0] = number;
  words[words.length - 1] = ~number;
}

/** The rival: each chunk is transferred to the other thread, which transfers it back when it was read. */
export async function sendTransferred(port: MessagePort, { payloadBytes, count }: Work): Promise<void> {
  const free = Array.from({ length: WINDOW }, () => new Messages(payloadBytes).bytes);
  let goOn = (): void => {};
  port.on('message', (chunks: Uint8Array<ArrayBuffer>[]) => {
    free.push(...chunks);
    goOn();
  });
  const closed = once(port, 'close');
  for (let i = 0; i < count;) {
    const chunk = free.pop();
    if (chunk === undefined) {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      continue;
    }
    setNumber(chunk, i++);
    port.postMessage(chunk, [chunk.buffer]);
  }
  await closed;
}

/** The other side of it, which closes the port when everything is there. */
export async function receiveTransferred(port: MessagePort, arrivals: Arrivals, { count }: Work): Promise<void> {
  const read: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  const all = new Promise<void>((resolve, reject) => {
    port.on('message', (chunk: Uint8Array<ArrayBuffer>) => {
      try {
        arrivals.take(chunk);
      } catch (error) {
        reject(error);
      }
      read.push(chunk);
      if (++received === count) return resolve();
      if (read.length < RETURNED) return;
      const chunks = read.splice(0);
      port.postMessage(
        chunks,
        chunks.map(({ buffer }) => buffer),
      );
    });
  });
  try {
    await all;
  } finally {
    port.close();
  }
}
