import type { MessagePort } from 'node:worker_threads';
import { Messages, type Work } from '../jobs/work.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A job through `postMessage`: each message a `Uint8Array`, or arrays of as many as are sent together; cloned, or moved to the other
 * thread with their memory, which is then gone here: each message needs memory of its own.
 */
export async function postMessageJob(work: Work, port: MessagePort, moves: boolean): Promise<void> {
  const { job, batch, count, payloadBytes, verify } = work;
  const messages = Array.from({ length: batch }, () => new Messages(payloadBytes));
  const list = (arrays: readonly Bytes[]): ArrayBuffer[] => (moves ? arrays.map(({ buffer }) => buffer) : []);
  const post = (first: number): void => {
    const arrays = messages.map((message, k) => {
      const bytes = message.set(first + k);
      return moves ? bytes.slice() : bytes;
    });
    port.postMessage(batch === 1 ? arrays[0] : arrays, list(arrays));
  };
  let received = 0;
  const all = new Promise<void>((resolve, reject) => {
    port.on('message', (message: Bytes | Bytes[]) => {
      try {
        const arrays = Array.isArray(message) ? message : [message];
        if (job === 'pong') port.postMessage(message, list(arrays));
        for (const bytes of arrays) {
          if (verify && job !== 'send' && job !== 'pong') messages[0]!.check(bytes, received);
          received++;
        }
        if (job === 'ping' && received < count) post(received);
        // A sender hears once from the receiver: that everything is there.
        if (job === 'receive' && received >= count) port.postMessage(new Uint8Array(0), []);
        if (received >= count || job === 'send') resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
  if (job === 'ping') post(0);
  if (job === 'send') for (let i = 0; i < count; i += batch) post(i);
  await all;
  if (job !== 'pong' && job !== 'receive') port.close();
}
