import { type Channel, packetSize, Queue } from '../../src/index.ts';
import { Messages, type Work } from './work.ts';

/** A job through a `Queue`, by its blocking methods. */
export function blockingQueueJob(work: Work, channel: Channel): void {
  const queue = new Queue(channel);
  const messages = new Messages(work.payloadBytes);
  const target = new Uint8Array(work.payloadBytes);
  switch (work.job) {
    case 'send':
      if (work.batch === 1) for (let i = 0; i < work.count; i++) queue.writeSync(messages.set(i));
      else sendBatches(queue, messages, work);
      return;
    case 'receive':
      return receive(queue, messages, target, work);
    case 'ping':
      for (let i = 0; i < work.count; i++) {
        queue.writeSync(messages.set(i));
        queue.readIntoSync(target);
        if (work.verify) messages.check(target, i);
      }
      return;
    case 'pong':
      for (let i = 0; i < work.count; i++) {
        queue.readIntoSync(target);
        queue.writeSync(target);
      }
  }
}

function sendBatches(queue: Queue, messages: Messages, { batch, count }: Work): void {
  const bytes = batch * packetSize(messages.bytes);
  for (let i = 0; i < count; i += batch) {
    if (!queue.canWrite(bytes)) queue.writer.waitReadySync(bytes);
    const writes = queue.writeBatch();
    for (let k = i; k < i + batch; k++) writes.tryWrite(messages.set(k));
    writes.commit();
  }
}

function receive(queue: Queue, messages: Messages, target: Uint8Array, { batch, count, verify }: Work): void {
  let received = 0;
  if (batch === 1) {
    for (; received < count; received++) {
      queue.readIntoSync(target);
      if (verify) messages.check(target, received);
    }
    return;
  }
  while (received < count) {
    const reads = queue.readBatchSync();
    for (let left = batch; left > 0; left--) {
      if (reads.nextInto(target) < 0) break;
      if (verify) messages.check(target, received);
      received++;
    }
    reads.commit();
  }
}

/** The same by its asynchronous methods. */
export async function asynchronousQueueJob(work: Work, channel: Channel): Promise<void> {
  const queue = new Queue(channel);
  const messages = new Messages(work.payloadBytes);
  const target = new Uint8Array(work.payloadBytes);
  switch (work.job) {
    case 'send':
      return sendAll(queue, messages, work);
    case 'receive':
      return receiveAll(queue, messages, target, work);
    case 'ping':
      for (let i = 0; i < work.count; i++) {
        await queue.write(messages.set(i));
        await queue.readInto(target);
        if (work.verify) messages.check(target, i);
      }
      return;
    case 'pong':
      for (let i = 0; i < work.count; i++) {
        await queue.readInto(target);
        await queue.write(target);
      }
  }
}

async function sendAll(queue: Queue, messages: Messages, { batch, count }: Work): Promise<void> {
  if (batch === 1) {
    for (let i = 0; i < count; i++) await queue.write(messages.set(i));
    return;
  }
  const bytes = batch * packetSize(messages.bytes);
  for (let i = 0; i < count; i += batch) {
    if (!queue.canWrite(bytes)) await queue.waitReady(bytes);
    using writes = queue.writeBatch();
    for (let k = i; k < i + batch; k++) writes.tryWrite(messages.set(k));
  }
}

async function receiveAll(
  queue: Queue,
  messages: Messages,
  target: Uint8Array,
  { batch, count, verify }: Work,
): Promise<void> {
  let received = 0;
  while (received < count) {
    if (batch === 1) {
      await queue.readInto(target);
      if (verify) messages.check(target, received);
      received++;
      continue;
    }
    using reads = await queue.readBatch();
    while (reads.nextInto(target) >= 0) {
      if (verify) messages.check(target, received);
      received++;
    }
  }
}
