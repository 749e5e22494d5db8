import type { Channel } from '../../src/index.ts';
import { RawEnd } from './raw-end.ts';
import { Messages, type Work } from './work.ts';

/** Bytes of memory that the two arrays of a job take. */
export function payloadRoom(payloadBytes: number): number {
  return 2 * Math.ceil(payloadBytes / 64) * 64;
}

/**
 * A job by the rings of a channel themselves, with so many `looks` before it sleeps: see {@link RawEnd}. Its arrays are its own, or lie in `room`,
 * which has `payloadRoom` bytes.
 */
export function ringJob(work: Work, channel: Channel, looks: number, room?: Uint8Array): void {
  const { job, payloadBytes, batch, count, verify } = work;
  const end = new RawEnd(channel, payloadBytes, looks);
  const middle = payloadRoom(payloadBytes) / 2;
  const messages = new Messages<ArrayBufferLike>(payloadBytes, room?.subarray(0, payloadBytes));
  const target = room?.subarray(middle, middle + payloadBytes) ?? new Uint8Array(payloadBytes);
  switch (job) {
    case 'send':
      if (batch === 1) return sendSingly(end, messages, count);
      for (let i = 0; i < count;) {
        end.put(messages.set(i));
        if (++i % batch === 0) end.commitWrite();
      }
      return;
    case 'receive':
      for (let i = 0; i < count;) {
        if (batch === 1) end.receive(target);
        else end.take(target);
        if (verify) messages.check(target, i);
        if (++i % batch === 0 && batch > 1) end.commitRead();
      }
      return;
    case 'ping':
      for (let i = 0; i < count; i++) {
        end.send(messages.set(i));
        end.receive(target);
        if (verify) messages.check(target, i);
      }
      return;
    case 'pong':
      for (let i = 0; i < count; i++) {
        end.receive(target);
        end.send(target);
      }
  }
}

function sendSingly(end: RawEnd, messages: Messages<ArrayBufferLike>, count: number): void {
  for (let i = 0; i < count; i++) end.send(messages.set(i));
}
