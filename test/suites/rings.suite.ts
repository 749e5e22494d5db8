import {
  FlatRingMem,
  Full,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  PAGE_SIZE,
  type RingRange,
} from '../../src/index.ts';
import { Xorshift } from '../support/xorshift.ts';
import { deepEqual, equal, fail, ok, throws } from './assert.ts';
import { numberedPayload, padded } from './bytes.ts';
import type { Define, Suite } from './suite.ts';

const RING_BYTES = 8192;
const PACKETS = 3000;

/** All of WebAssembly that is needed: the compiler knows it only as a part of the DOM. */
interface WasmScope {
  readonly WebAssembly: {
    readonly Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => {
      buffer: ArrayBufferLike;
    };
  };
}

interface Backing {
  readonly name: string;
  readonly make: () => FlatRingMem;
}

/** Every kind of buffer that can hold a ring here: what is missing is missing in this page, not in the library. */
function backings(): Backing[] {
  const bytes = PAGE_SIZE + RING_BYTES;
  const limits = { initial: 1, maximum: 1 };
  const { Memory } = (globalThis as unknown as WasmScope).WebAssembly;
  const all: Backing[] = [
    { name: 'memory that it made itself', make: () => new FlatRingMem(RING_BYTES) },
    { name: 'an ArrayBuffer', make: () => new FlatRingMem(RING_BYTES, new ArrayBuffer(bytes)) },
    {
      name: "an unshared WebAssembly.Memory's buffer",
      make: () => new FlatRingMem(RING_BYTES, new Memory(limits).buffer),
    },
  ];
  if (typeof SharedArrayBuffer === 'undefined') return all;
  return [
    ...all,
    { name: 'a SharedArrayBuffer', make: () => new FlatRingMem(RING_BYTES, new SharedArrayBuffer(bytes + 64), 64) },
    {
      name: "a shared WebAssembly.Memory's buffer",
      make: () => new FlatRingMem(RING_BYTES, new Memory({ ...limits, shared: true }).buffer),
    },
  ];
}

function put(ring: OutgoingRing, offset: ReturnType<OutgoingRing['outgoing']>, payload: Uint8Array): RingRange | Full {
  const typ = OutgoingPacketType.InBandWithCompletion;
  const range = ring.write(offset, { transactionId: payload.length, size: payload.length, typ });
  if (!(range instanceof Full)) range.writer(ring).write(payload);
  return range;
}

/** Packets of random sizes, as many at a time as there is room for, many times around. */
function exchange(memory: FlatRingMem): void {
  const outgoing = new OutgoingRing(memory);
  const incoming = new IncomingRing(memory);
  const write = outgoing.outgoing();
  const read = incoming.incoming();
  const sizes = new Xorshift(7);
  const waiting: Uint8Array[] = [];
  for (let sent = 0, received = 0; received < PACKETS;) {
    while (sent < PACKETS) {
      const payload = numberedPayload(sent, sizes.below(600));
      if (put(outgoing, write, payload) instanceof Full) break;
      waiting.push(payload);
      sent++;
    }
    outgoing.commitWrite(write);
    for (let packet = incoming.read(read); packet !== null; packet = incoming.read(read)) {
      const expected = waiting.shift() ?? fail('a packet that nobody sent');
      equal(packet.transactionId, BigInt(expected.length));
      deepEqual(packet.payload.reader(incoming).readAll(), padded(expected), `packet ${received}`);
      received++;
    }
    equal(waiting.length, 0, 'packets that were lost');
    incoming.commitRead(read);
  }
}

function defineFor(test: Define, { name, make }: Backing): void {
  test(`${PACKETS} packets through ${name}`, () => exchange(make()));

  test(`signals of a ring in ${name}`, () => {
    const memory = make();
    const outgoing = new OutgoingRing(memory);
    const incoming = new IncomingRing(memory);
    const write = outgoing.outgoing();
    const read = incoming.incoming();
    put(outgoing, write, new Uint8Array(8));
    equal(outgoing.commitWrite(write), false, 'the reader masks its interrupts');
    ok(incoming.read(read) !== null);
    incoming.commitRead(read);
    incoming.setInterruptMask(false);
    put(outgoing, write, new Uint8Array(8));
    equal(outgoing.commitWrite(write), true, 'the reader sleeps');
    outgoing.setPendingSendSize(RING_BYTES - 8);
    ok(incoming.read(read) !== null);
    equal(incoming.commitRead(read), true, 'the writer sleeps');
  });

  test(`a corrupt pointer in ${name}`, () => {
    const memory = make();
    const outgoing = new OutgoingRing(memory);
    const incoming = new IncomingRing(memory);
    const read = incoming.incoming();
    put(outgoing, outgoing.outgoing(), new Uint8Array(8));
    new Uint32Array(memory.buffer, memory.byteOffset, 1)[0] = 12;
    throws(() => incoming.read(read), { name: 'VmbusRingError', code: 'InvalidRingPointer' });
  });
}

/** Bare rings, in every kind of buffer that there is. */
export const ringSuite: Suite = {
  name: 'rings',
  define(test) {
    for (const backing of backings()) defineFor(test, backing);

    test('memory that a ring makes itself is shared where the runtime can', () => {
      const { buffer } = new FlatRingMem(4096);
      const shared = typeof SharedArrayBuffer !== 'undefined';
      equal(Object.prototype.toString.call(buffer), shared ? '[object SharedArrayBuffer]' : '[object ArrayBuffer]');
    });
  },
};
