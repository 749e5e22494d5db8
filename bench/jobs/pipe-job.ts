import { type Channel, MessagePipe } from '../../src/index.ts';
import { Messages, type Work } from './work.ts';

/** A job through a `MessagePipe`, by its blocking methods. */
export function pipeJob(work: Work, channel: Channel): void {
  const pipe = new MessagePipe(channel);
  const messages = new Messages(work.payloadBytes);
  const target = new Uint8Array(work.payloadBytes);
  const { job, batch, count, verify } = work;
  for (let i = 0; i < count;) {
    if (job === 'send' && batch > 1) {
      i = sendBatch(pipe, messages, i, i + batch);
    } else if (job === 'receive' && batch > 1) {
      i = receiveBatch(pipe, messages, target, i, work);
    } else {
      if (job === 'send' || job === 'ping') pipe.sendSync(messages.set(i));
      if (job !== 'send') pipe.receiveIntoSync(target);
      if (job === 'pong') pipe.sendSync(target);
      else if (verify && job !== 'send') messages.check(target, i);
      i++;
    }
  }
}

/** Sends messages from `first` up to `end`; the first that was not sent. */
function sendBatch(pipe: MessagePipe, messages: Messages, first: number, end: number): number {
  let i = first;
  {
    using writes = pipe.sendBatch();
    while (i < end && writes.trySend(messages.set(i))) i++;
  }
  // There is no room: this one waits for it.
  if (i === first) pipe.sendSync(messages.set(i++));
  return i;
}

/** Receives what is there, a batch at most; the first that was not received. */
function receiveBatch(pipe: MessagePipe, messages: Messages, target: Uint8Array, first: number, work: Work): number {
  let i = first;
  using reads = pipe.receiveBatchSync();
  for (const end = i + work.batch; i < end && reads.nextInto(target) >= 0; i++) {
    if (work.verify) messages.check(target, i);
  }
  return i;
}
