import { once } from 'node:events';
import type { BytePipe } from '../../src/index.ts';
import { toDuplex } from '../../src/transport/node/index.ts';
import { Messages, type Work } from '../jobs/work.ts';
import type { Arrivals } from './arrivals.ts';
import type { RIVAL, Way } from './task.ts';

/** The two sides of a way through a `BytePipe`. */
export interface PipeSides {
  /** Sends all chunks, and ends the stream. */
  send(pipe: BytePipe, work: Work): Promise<void>;
  /** Takes everything, up to the end of the stream. */
  receive(pipe: BytePipe, arrivals: Arrivals, work: Work): Promise<void>;
}

/** More chunks than a Node stream holds at its high-water mark. */
const CHUNKS_IN_TURN = 16;

const bytePipe: PipeSides = {
  async send(pipe, { payloadBytes, count }) {
    const messages = new Messages(payloadBytes);
    for (let i = 0; i < count; i++) await pipe.write(messages.set(i));
    await pipe.end();
  },
  async receive(pipe, arrivals, { payloadBytes }) {
    const target = new Uint8Array(payloadBytes);
    for (let length = await pipe.read(target); length > 0; length = await pipe.read(target)) {
      arrivals.take(length === payloadBytes ? target : target.subarray(0, length));
    }
  },
};

const webStream: PipeSides = {
  async send(pipe, { payloadBytes, count }) {
    const messages = new Messages(payloadBytes);
    const writer = pipe.writable.getWriter();
    // The stream's queue has room for one chunk: nothing is gained by going on before it is written.
    for (let i = 0; i < count; i++) await writer.write(messages.set(i));
    await writer.close();
  },
  async receive(pipe, arrivals) {
    for await (const chunk of pipe.readable) arrivals.take(chunk);
  },
};

const webStreamOwnBuffer: PipeSides = {
  send: webStream.send,
  async receive(pipe, arrivals, { payloadBytes }) {
    const reader = pipe.readable.getReader({ mode: 'byob' });
    for (let view = new Uint8Array(payloadBytes); ;) {
      const { value, done } = await reader.read(view);
      if (done) return;
      arrivals.take(value);
      // The buffer comes back in another object.
      view = new Uint8Array(value.buffer);
    }
  },
};

const nodeStream: PipeSides = {
  async send(pipe, { payloadBytes, count }) {
    const chunks = Array.from({ length: CHUNKS_IN_TURN }, () => new Messages(payloadBytes));
    const stream = toDuplex(pipe);
    for (let i = 0; i < count; i++) {
      if (!stream.write(chunks[i % CHUNKS_IN_TURN]!.set(i))) await once(stream, 'drain');
    }
    stream.end();
    await once(stream, 'finish');
  },
  async receive(pipe, arrivals) {
    for await (const chunk of toDuplex(pipe)) arrivals.take(chunk as Uint8Array);
  },
};

/** Each way through a `BytePipe`. */
export const PIPE_SIDES: Readonly<Record<Exclude<Way, typeof RIVAL>, PipeSides>> = {
  'byte pipe': bytePipe,
  'web stream': webStream,
  'web stream, own buffer': webStreamOwnBuffer,
  'Node stream': nodeStream,
};
