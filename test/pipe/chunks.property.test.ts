import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BufferPages,
  BytePipe,
  Channel,
  createSignals,
  FlatRingMem,
  MessagePipe,
  PagedRingMem,
  type RingMem,
} from '../../src/index.ts';
import { checkProperty } from '../support/property.ts';
import { UserRingMem } from '../support/user-memories.ts';
import { numbered } from './hostile-peer.ts';

/** A small ring in memory of some kind: in one piece, in pages that do not adjoin, or somebody's own. */
const memories: Readonly<Record<string, () => RingMem>> = {
  flat: () => new FlatRingMem(4096),
  paged: () => new PagedRingMem(BufferPages.inBuffer(new ArrayBuffer(0x10000), 0x3000, [0x9000, 0x1000])),
  'user-made': () => new UserRingMem([new Uint8Array(4096), new Uint8Array(4096)]),
};

function channels(memory: () => RingMem): [Channel, Channel] {
  const [first, second] = [memory(), memory()];
  const [ours, theirs] = createSignals();
  return [
    new Channel({ incoming: second, outgoing: first, signal: ours }),
    new Channel({ incoming: first, outgoing: second, signal: theirs }),
  ];
}

const memory = fc.constantFrom(...Object.keys(memories));
const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5000 }));
const step = fc.record({ write: fc.boolean(), bytes: size, at: fc.integer({ min: 0, max: 7 }) });

test('bytes that are written and read in random pieces are those of the plain concatenation', (t) => {
  const property = fc.property(memory, fc.array(step, { minLength: 1, maxLength: 150 }), (kind, steps) => {
    const [a, b] = channels(memories[kind]!).map((channel) => new BytePipe(channel)) as [BytePipe, BytePipe];
    const written: number[] = [];
    const read: number[] = [];
    const readSome = (target: Uint8Array): boolean => {
      const length = b.tryRead(target);
      equal(length === null, read.length === written.length, 'there is something to read if something was written');
      ok(length !== 0);
      if (length !== null) read.push(...target.subarray(0, length));
      return length !== null;
    };
    for (const { write, bytes, at } of steps) {
      if (write) {
        const source = numbered(bytes + at, written.length - at).subarray(at);
        written.push(...source.subarray(0, a.tryWrite(source)));
      } else {
        readSome(new Uint8Array(bytes + at).subarray(at));
      }
    }
    for (let reads = 0; readSome(new Uint8Array(1000)); reads++) ok(reads < 100);
    deepEqual(read, written);
    equal(b.inspect().incoming.filledBytes, 0);
  });
  checkProperty(t, property, 150);
});

test('messages of random lengths come one by one, in order, and of the same length', (t) => {
  const property = fc.property(memory, fc.array(step, { minLength: 1, maxLength: 150 }), (kind, steps) => {
    const [a, b] = channels(memories[kind]!).map((channel) => new MessagePipe(channel)) as [MessagePipe, MessagePipe];
    const inRing: Uint8Array[] = [];
    let sent = 0;
    const receive = (into: Uint8Array | null): boolean => {
      const length = into === null ? 0 : b.tryReceiveInto(into);
      const message = into === null ? b.tryReceive() : length < 0 ? null : into.subarray(0, length);
      deepEqual(message, inRing.shift() ?? null);
      return message !== null;
    };
    for (const { write, bytes, at } of steps) {
      const message = numbered(bytes % 4057, sent++);
      if (!write) receive(at < 4 ? null : new Uint8Array(4064).subarray(at));
      else if (a.trySend(at < 4 ? message : [message.subarray(0, at), message.subarray(at)])) inRing.push(message);
    }
    for (let reads = 0; receive(null); reads++) ok(reads < 200);
    equal(b.inspect().incoming.filledBytes, 0);
  });
  checkProperty(t, property, 150);
});
