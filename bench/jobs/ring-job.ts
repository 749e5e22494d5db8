import type { Channel } from '../../src/index.ts';
import { RawEnd } from './raw-end.ts';
import { Messages, type Work } from './work.ts';

/** A job by the rings of a channel themselves, with so many `looks` before it sleeps: see {@link RawEnd}. */
export function ringJob({ job, payloadBytes, batch, count, verify }: Work, channel: Channel, looks: number): void {
  const end = new RawEnd(channel, payloadBytes, looks);
  const messages = new Messages(payloadBytes);
  const target = new Uint8Array(payloadBytes);
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

function sendSingly(end: RawEnd, messages: Messages, count: number): void {
  for (let i = 0; i < count; i++) end.send(messages.set(i));
}
