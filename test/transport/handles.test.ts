import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import {
  ChannelError,
  type ChannelHandle,
  createChannelPair,
  createDoorbell,
  createSignalPair,
  openChannel,
  type OpenOptions,
  openDoorbell,
  openSignal,
  Queue,
  type SharedMemory,
  VmbusRingError,
  watchWorker,
} from '../../src/index.ts';
import { checkProperty } from '../support/property.ts';
import type { OpenReport } from './workers/opener.ts';

const ALREADY_OPEN = { name: 'ChannelError', code: 'AlreadyOpen' };
const INVALID_HANDLE = { name: 'ChannelError', code: 'InvalidHandle' };

/** Words of the page that links the ends of a channel. */
const LINK_WORDS = 1024;
const WORD_RING_BYTES = 2;

function wordsOf(memory: SharedMemory): Int32Array {
  return new Int32Array(memory instanceof SharedArrayBuffer ? memory : memory.buffer, 0, LINK_WORDS);
}

/** A copy of a channel's memory, in memory of another size perhaps. */
function copyOf(memory: SharedMemory, byteLength?: number): SharedArrayBuffer {
  const from = memory instanceof SharedArrayBuffer ? memory : memory.buffer;
  const copy = new SharedArrayBuffer(byteLength ?? from.byteLength);
  new Uint8Array(copy).set(new Uint8Array(from, 0, Math.min(copy.byteLength, from.byteLength)));
  return copy;
}

/** Runs `body` with a property of the global object replaced. */
function withGlobal(name: 'WebAssembly' | 'SharedArrayBuffer', value: unknown, body: () => void): void {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name)!;
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  try {
    body();
  } finally {
    Object.defineProperty(globalThis, name, descriptor);
  }
}

function exchange(ours: ChannelHandle, theirs: ChannelHandle): void {
  const a = new Queue(openChannel(ours));
  const b = new Queue(openChannel(theirs));
  assert.ok(a.tryWrite(Uint8Array.of(1)));
  assert.ok(b.tryWrite(Uint8Array.of(2)));
  assert.equal(b.tryRead()?.readAll()[0], 1);
  assert.equal(a.tryRead()?.readAll()[0], 2);
  a.close();
  b.close();
}

describe('handles', () => {
  it('lie in one WebAssembly memory, which clones share', () => {
    const [ours, theirs] = createChannelPair({ ringBytes: [4096, 131072] });
    assert.equal(Object.prototype.toString.call(ours.memory), '[object WebAssembly.Memory]');
    assert.equal(ours.memory, theirs.memory);
    const a = new Queue(openChannel(structuredClone(ours)));
    const b = new Queue(openChannel(theirs));
    assert.deepEqual([a.capacity, b.capacity], [4096 - 8, 131072 - 8]);
    a.tryWrite(Uint8Array.of(3));
    assert.equal(b.tryRead()?.readAll()[0], 3);
    a.close();
    b.close();
  });

  it('are good for one opening, in whatever thread, also after it was closed', async () => {
    const [ours, theirs] = createChannelPair({ ringBytes: 4096 });
    const [signal] = createSignalPair();
    const channel = openChannel(ours);
    const opened = openSignal(signal);
    const worker = new Worker(new URL('./workers/opener.ts', import.meta.url), {
      workerData: [ours, theirs, theirs, signal],
    });
    const exited = once(worker, 'exit');
    watchWorker(worker, theirs);
    assert.deepEqual((await once(worker, 'message')) as [OpenReport], [
      ['AlreadyOpen', null, 'AlreadyOpen', 'AlreadyOpen'],
    ]);
    assert.throws(() => openChannel(theirs), ALREADY_OPEN);
    await exited;
    // It ended without closing.
    assert.equal(channel.signal.peerState, 'died');
    assert.throws(() => openChannel(theirs), ALREADY_OPEN);
    channel.close();
    opened.close();
    assert.throws(() => openChannel(ours), ALREADY_OPEN);
    assert.throws(() => openSignal(signal), ALREADY_OPEN);
  });

  it('that are none are refused, and take nothing', () => {
    const doorbell = openDoorbell(createDoorbell(2));
    const [{ memory, ...rest }] = createChannelPair({ ringBytes: 8192 });
    const good = { ...rest, memory };
    const [shared] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell, null] });
    const slot = { doorbell: doorbell.handle, slot: 0 };
    const broken: [string, unknown, OpenOptions?][] = [
      ['undefined', undefined],
      ['null', null],
      ['a number', 7],
      ['a function', () => {}],
      ['an empty object', {}],
      ['a signal handle', createSignalPair()[0]],
      ['a doorbell handle', doorbell.handle],
      ['no memory', rest],
      ['null memory', { ...good, memory: null }],
      ['memory that is not shared', { ...good, memory: new ArrayBuffer(65536) }],
      ['a memory whose buffer is not shared', { ...good, memory: { buffer: new ArrayBuffer(65536) } }],
      ['memory of nothing', { ...good, memory: new SharedArrayBuffer(0) }],
      ['memory of less than a page', { ...good, memory: new SharedArrayBuffer(4095) }],
      ['memory of zeros', { ...good, memory: new SharedArrayBuffer(65536) }],
      ['memory that was cut', { ...good, memory: copyOf(memory, 3 * 4096 + 2 * 8192 - 1) }],
      ['version 2', { ...good, version: 2 }],
      ['no version', { ...good, version: undefined }],
      ['end 2', { ...good, end: 2 }],
      ['end "0"', { ...good, end: '0' }],
      ['no doorbells', { ...good, doorbells: undefined }],
      ['one doorbell', { ...good, doorbells: [null] }],
      ['three doorbells', { ...good, doorbells: [null, null, null] }],
      ['doorbells that are none', { ...good, doorbells: [7, undefined] }],
      ['a slot beyond', { ...good, doorbells: [null, { ...slot, slot: 1024 }] }],
      ['a slot below', { ...good, doorbells: [null, { ...slot, slot: -1 }] }],
      ['half a slot', { ...good, doorbells: [null, { ...slot, slot: 0.5 }] }],
      ['a slot of nothing', { ...good, doorbells: [null, { slot: 1 }] }],
      [
        'a slot of another kind of memory',
        { ...good, doorbells: [null, { doorbell: { ...doorbell.handle, memory }, slot: 1 }] },
      ],
      ['a doorbell that it was not made with', good, { doorbell }],
      ['no doorbell although it was made with one', shared],
      ['another doorbell', shared, { doorbell: openDoorbell(createDoorbell(2)) }],
      ['no doorbell at all', shared, { doorbell: {} as never }],
    ];
    for (const [what, handle, options] of broken) {
      assert.throws(() => openChannel(handle as ChannelHandle, options), INVALID_HANDLE, what);
    }
    assert.throws(() => openSignal(good as never), INVALID_HANDLE);
    assert.throws(() => watchWorker({ on() {} }, 7 as never), INVALID_HANDLE);
    assert.throws(() => watchWorker({}, good), TypeError);
    openChannel(good).close();
    openChannel(shared, { doorbell }).close();
  });

  it('lead to a version and sizes that are checked', () => {
    const [handle] = createChannelPair({ ringBytes: 8192 });
    const broken: [string, (words: Int32Array) => void][] = [
      ['magic', (words) => words[0]!++],
      ['version', (words) => words[1]!++],
      ['a ring of no bytes', (words) => (words[WORD_RING_BYTES] = 0)],
      ['a ring of half a page', (words) => (words[WORD_RING_BYTES] = 2048)],
      ['a ring that does not fit', (words) => (words[WORD_RING_BYTES + 1] = 1 << 20)],
      ['a ring of 3 GiB', (words) => (words[WORD_RING_BYTES] = 3 << 30)],
      ['rings whose sum is 2^32', (words) => words.fill(-(2 ** 31), WORD_RING_BYTES, WORD_RING_BYTES + 2)],
    ];
    for (const [what, breakIt] of broken) {
      const memory = copyOf(handle.memory);
      breakIt(wordsOf(memory));
      assert.throws(() => openChannel({ ...handle, memory }), INVALID_HANDLE, what);
    }
    openChannel({ ...handle, memory: copyOf(handle.memory) }).close();
  });

  it('lead to memory with anything in it, which never does more than throw what it should', (t) => {
    const [handle] = createChannelPair({ ringBytes: 4096 });
    const pristine = copyOf(handle.memory);
    const spot = fc.tuple(fc.nat(LINK_WORDS - 1), fc.oneof(fc.integer(), fc.constantFrom(0, 1, 2, 3, 4096, 8192)));
    const property = fc.property(fc.array(spot, { maxLength: 40 }), fc.boolean(), (spots, isLater) => {
      const memory = copyOf(pristine);
      const scribble = (): void => {
        for (const [word, value] of spots) wordsOf(memory)[word] = value;
      };
      if (!isLater) scribble();
      try {
        const queue = new Queue(openChannel({ ...handle, memory }));
        if (isLater) scribble();
        try {
          queue.tryWrite(new Uint8Array(100));
          queue.tryRead();
          queue.readSync(0);
        } finally {
          queue.close();
        }
      } catch (error) {
        assert.ok(error instanceof ChannelError || error instanceof VmbusRingError, String(error));
      }
    });
    checkProperty(t, property, 300);
  });
});

describe('where there is less to be had', () => {
  const missing: [string, unknown][] = [
    ['no WebAssembly', undefined],
    ['a WebAssembly without memories', {}],
    [
      'memories that cannot be made',
      {
        Memory: function (): never {
          throw new RangeError('could not allocate memory');
        },
      },
    ],
    [
      'memories that are not shared',
      {
        Memory: class {
          buffer = new ArrayBuffer(65536);
        },
      },
    ],
  ];
  for (const [what, value] of missing) {
    it(`${what}: it is an ordinary SharedArrayBuffer`, () => {
      let pair: [ChannelHandle, ChannelHandle] | undefined;
      withGlobal('WebAssembly', value, () => {
        pair = createChannelPair({ ringBytes: [4096, 8192] });
        const [first, second] = createChannelPair({ ringBytes: 4096 });
        exchange(first, second);
      });
      const [ours, theirs] = pair!;
      assert.ok(ours.memory instanceof SharedArrayBuffer);
      assert.equal(ours.memory.byteLength, 3 * 4096 + 4096 + 8192);
      exchange(ours, structuredClone(theirs));
    });
  }

  it('a page that shares no memory: a TypeError', () => {
    const [handle] = createChannelPair({ ringBytes: 4096 });
    const doorbell = createDoorbell(1);
    withGlobal('SharedArrayBuffer', undefined, () => {
      assert.throws(() => createChannelPair({ ringBytes: 4096 }), {
        name: 'TypeError',
        message: /cross-origin isolated/,
      });
      assert.throws(() => createSignalPair(), { name: 'TypeError', message: /cross-origin isolated/ });
      assert.throws(() => createDoorbell(), { name: 'TypeError', message: /cross-origin isolated/ });
      assert.throws(() => openChannel(handle), INVALID_HANDLE);
      assert.throws(() => openDoorbell(doorbell), INVALID_HANDLE);
    });
    openChannel(handle).close();
  });

  it('sizes that no ring has', () => {
    for (const ringBytes of [0, -4096, 100, 4095, 2 ** 31, NaN, '4096', [4096], [4096, 1], [], null]) {
      assert.throws(
        () => createChannelPair({ ringBytes } as never),
        (error) => error instanceof VmbusRingError || error instanceof TypeError,
        String(ringBytes),
      );
    }
  });
});
