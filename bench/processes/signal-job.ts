import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Signal } from '../../src/index.ts';
import { LOOK_INTERVAL_MS } from '../../src/channel/signal.ts';
import { now, type Work } from '../jobs/work.ts';
import { readUntil } from './socket-job.ts';

/** Signals there and back, each side asleep in between; or one after the other to a process that does not sleep. */
export function blockingSignalJob({ job, count }: Work, signal: Signal, ready: () => void): void {
  let seen = signal.count();
  ready();
  if (job === 'receive') return;
  for (let i = 0; i < count; i++) {
    if (job !== 'pong') signal.notify();
    if (job === 'send') continue;
    while (!signal.waitSync(seen, LOOK_INTERVAL_MS)) requirePeer(signal);
    seen = signal.count();
    if (job === 'pong') signal.notify();
  }
}

/** The same without blocking the thread. */
export async function asynchronousSignalJob({ job, count }: Work, signal: Signal, ready: () => void): Promise<void> {
  let seen = signal.count();
  ready();
  for (let i = 0; i < count; i++) {
    if (job === 'ping') signal.notify();
    while (!(await signal.wait(seen))) requirePeer(signal);
    seen = signal.count();
    if (job === 'pong') signal.notify();
  }
}

function requirePeer(signal: Signal): void {
  signal.look();
  if (signal.peerState !== 'open') throw signal.peerError();
}

const BYTE = Buffer.of(1);

/** As many as a socket takes at once: what nobody has read yet is written later, many signals in one system call. */
const BURST = 64;

/** The same by a byte for each signal. Who only sends says how long that took, in milliseconds. */
export async function socketSignalJob({ job, count }: Work, socket: Socket): Promise<number | void> {
  if (job === 'send') return sendBursts(count, socket);
  let received = 0;
  const answerEach = job === 'receive' ? BURST : 1;
  if (job === 'ping') socket.write(BYTE);
  await readUntil(
    socket,
    (piece) => {
      for (let i = 0; i < piece.length; i++) {
        received++;
        if (received % answerEach === 0 && !(job === 'ping' && received === count)) socket.write(BYTE);
      }
    },
    () => received >= count,
  );
}

/** The other side answers each burst; that is not part of the time. */
async function sendBursts(count: number, socket: Socket): Promise<number> {
  let ms = 0;
  for (let i = 0; i < count; i += BURST) {
    const answered = i + BURST <= count ? once(socket, 'data') : null;
    const beganMs = now();
    for (let k = i; k < Math.min(i + BURST, count); k++) socket.write(BYTE);
    ms += now() - beganMs;
    await answered;
  }
  return ms;
}
