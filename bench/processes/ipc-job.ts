import { Messages, type Work } from '../jobs/work.ts';
import { isPayload } from './task-process.ts';

/** Either end of the pipe between a process and one that it has forked. */
export interface Ipc {
  send(message: unknown, sent: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
  off(event: 'disconnect', listener: () => void): unknown;
}

/** A job through the IPC of child processes: each message a `Uint8Array`, cloned; or arrays of as many as are sent together. */
export async function ipcJob(work: Work, ipc: Ipc): Promise<void> {
  const { job, batch, count, payloadBytes } = work;
  const outgoing = new Outgoing(ipc);
  if (job !== 'send') return converse(work, ipc, outgoing);
  const messages = Array.from({ length: batch }, () => new Messages(payloadBytes));
  const arrays = messages.map(({ bytes }) => bytes);
  for (let i = 0; i < count; i += batch) {
    for (const [k, message] of messages.entries()) message.set(i + k);
    if (!outgoing.send(batch === 1 ? arrays[0] : arrays)) await outgoing.sent();
  }
  await outgoing.sent();
}

function converse({ job, count, payloadBytes, verify }: Work, ipc: Ipc, outgoing: Outgoing): Promise<void> {
  const messages = new Messages(payloadBytes);
  let received = 0;
  return new Promise((resolve, reject) => {
    const disconnected = (): void => reject(new Error('the other process is gone'));
    const done = (): void => {
      ipc.off('message', listener);
      ipc.off('disconnect', disconnected);
      resolve();
    };
    const listener = (message: unknown): void => {
      if (!isPayload(message)) return;
      try {
        if (job === 'pong') outgoing.send(message);
        for (const bytes of message instanceof Uint8Array ? [message] : message) {
          if (verify && job !== 'pong') messages.check(bytes, received);
          received++;
        }
        if (received >= count) done();
        else if (job === 'ping') outgoing.send(messages.set(received));
      } catch (error) {
        reject(error);
      }
    };
    ipc.on('message', listener);
    ipc.once('disconnect', disconnected);
    if (job === 'ping') outgoing.send(messages.set(0));
  });
}

/** What is sent, and whether the system has taken it. */
class Outgoing {
  readonly #ipc: Ipc;
  #pending = 0;
  #resolve: (() => void) | null = null;
  #reject: ((error: Error) => void) | null = null;

  constructor(ipc: Ipc) {
    this.#ipc = ipc;
  }

  /** False if more has been sent than is wise: wait until it is gone. */
  send(message: unknown): boolean {
    this.#pending++;
    return this.#ipc.send(message, this.#taken);
  }

  /** All that was sent is on its way. */
  sent(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  readonly #taken = (error: Error | null): void => {
    this.#pending--;
    if (error !== null) this.#reject?.(error);
    else if (this.#pending === 0) this.#resolve?.();
  };
}
