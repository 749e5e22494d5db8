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
      for (let i = 0; i < count;) {
        end.put(messages.set(i));
        if (++i % batch === 0) end.commitWrite();
      }
      return;
    case 'receive':
      for (let i = 0; i < count;) {
        end.take(target);
        if (verify) messages.check(target, i);
        if (++i % batch === 0) end.commitRead();
      }
      return;
    case 'ping':
      for (let i = 0; i < count; i++) {
        end.put(messages.set(i));
        end.commitWrite();
        end.take(target);
        end.commitRead();
        if (verify) messages.check(target, i);
      }
      return;
    case 'pong':
      for (let i = 0; i < count; i++) {
        end.take(target);
        end.commitRead();
        end.put(target);
        end.commitWrite();
      }
  }
}
