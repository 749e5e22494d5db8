import type { Socket } from 'node:net';
import { Messages, type Work } from '../jobs/work.ts';
import { frame, FrameReader } from './frames.ts';

/** A job through a stream socket: messages with their lengths in front; those that are sent together in one system call. */
export async function socketJob(work: Work, socket: Socket): Promise<void> {
  if (work.job === 'send') return sendAll(work, socket);
  const { job, count, payloadBytes, verify } = work;
  const messages = new Messages(payloadBytes);
  let received = 0;
  const reader = new FrameReader(payloadBytes, (message) => {
    if (verify && job !== 'pong') messages.check(message, received);
    received++;
    if (job === 'pong') socket.write(frame(message));
    else if (job === 'ping' && received < count) socket.write(frame(messages.set(received)));
  });
  if (job === 'ping') socket.write(frame(messages.set(0)));
  await readUntil(
    socket,
    (piece) => reader.push(piece),
    () => received >= count,
  );
}

/** Gives `take` what comes until `isDone`. */
export function readUntil(socket: Socket, take: (piece: Buffer) => void, isDone: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('data', (piece) => {
      try {
        take(piece);
        if (isDone()) resolve();
      } catch (error) {
        reject(error);
      }
    });
    socket.once('close', () => reject(new Error('the socket was closed')));
  });
}

async function sendAll({ batch, count, payloadBytes }: Work, socket: Socket): Promise<void> {
  const messages = new Messages(payloadBytes);
  for (let i = 0; i < count; i += batch) {
    if (batch > 1) socket.cork();
    for (let k = i; k < i + batch; k++) socket.write(frame(messages.set(k)));
    if (batch > 1) socket.uncork();
    if (socket.writableNeedDrain) await drained(socket);
  }
}

/** Waits until there is room again for what is written. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error('the socket was closed'));
    if (socket.destroyed) return closed();
    socket.once('close', closed);
    socket.once('drain', () => {
      socket.off('close', closed);
      resolve();
    });
  });
}
