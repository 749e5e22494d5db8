import type { MessagePort } from 'node:worker_threads';
import { Messages, type Work } from '../jobs/work.ts';

/** A job through `postMessage`: each message a `Uint8Array`, cloned; or arrays of as many as are sent together. */
export async function postMessageJob(work: Work, port: MessagePort): Promise<void> {
  const { job, batch, count, payloadBytes, verify } = work;
  const messages = Array.from({ length: batch }, () => new Messages(payloadBytes));
  const arrays = messages.map(({ bytes }) => bytes);
  const set = (first: number): void => messages.forEach((message, k) => message.set(first + k));
  const post = (): void => port.postMessage(batch === 1 ? arrays[0] : arrays, []);
  let received = 0;
  const all = new Promise<void>((resolve, reject) => {
    port.on('message', (message: Uint8Array | Uint8Array[]) => {
      try {
        if (job === 'pong') port.postMessage(message, []);
        for (const bytes of Array.isArray(message) ? message : [message]) {
          if (verify && job !== 'send' && job !== 'pong') messages[0]!.check(bytes, received);
          received++;
        }
        if (job === 'ping' && received < count) {
          set(received);
          post();
        }
        // A sender hears once from the receiver: that everything is there.
        if (job === 'receive' && received >= count) port.postMessage(new Uint8Array(0), []);
        if (received >= count || job === 'send') resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
  set(0);
  if (job === 'ping') post();
  if (job === 'send') {
    for (let i = 0; i < count; i += batch) {
      set(i);
      post();
    }
  }
  await all;
  if (job !== 'pong' && job !== 'receive') port.close();
}
