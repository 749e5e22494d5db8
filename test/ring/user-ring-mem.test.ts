import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FlatRingMem, IncomingRing, OutgoingRing, type RingMem } from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { FLAT_MEMORY } from '../support/memories.ts';
import { UserAlignedRingMem, UserRingMem } from '../support/user-memories.ts';
import { Exchange } from './exchange.ts';

const OPEN = [(memory: RingMem) => new IncomingRing(memory), (memory: RingMem) => new OutgoingRing(memory)];

/** Memory of 4096 bytes whose `control` and `length` are as given. */
function odd(control: unknown, length = 4096): RingMem {
  return { length, control: () => control as Int32Array, readAt: () => {}, writeAt: () => {} };
}

/** A `RingMem` that counts which of its methods are called. */
class CountingRingMem extends UserAlignedRingMem {
  readonly calls: Record<string, number> = {};

  #count(name: string): void {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
  }

  override control(): Int32Array {
    this.#count('control');
    return super.control();
  }

  override readAt(addr: number, data: Uint8Array): void {
    this.#count('readAt');
    super.readAt(addr, data);
  }

  override writeAt(addr: number, data: Uint8Array): void {
    this.#count('writeAt');
    super.writeAt(addr, data);
  }
}

describe('a ring over a RingMem of a user', () => {
  it('asks for the control words once', () => {
    const memory = new CountingRingMem([new Uint8Array(4096), new Uint8Array(4096)]);
    const ring = new IncomingRing(memory);
    ring.incoming();
    ring.setInterruptMask(false);
    ring.inspect();
    assert.equal(memory.calls['control'], 1);
  });

  it('wants an Int32Array of at least 32 words', () => {
    const wrong: unknown[] = [
      new Uint32Array(32),
      new Uint8Array(128),
      new BigInt64Array(16),
      new Int32Array(31),
      null,
      [],
    ];
    for (const open of OPEN) {
      for (const control of wrong) assert.throws(() => open(odd(control)), TypeError);
      open(odd(new Int32Array(32)));
      open(odd(new Int32Array(1024)));
    }
  });

  it('wants a length that rings can have', () => {
    const control = new Int32Array(32);
    for (const open of OPEN) {
      for (const length of [0, -4096, 4095, 4097, NaN, 0.5]) {
        assertRingError('InvalidRingMemory', () => open(odd(control, length)));
      }
      assertRingError('RingTooLarge', () => open(odd(control, 2 ** 30 + 4096)));
      open(odd(control, 2 ** 30));
    }
    assert.deepEqual([...control].slice(0, 2), [0, 0]);
  });

  it('passes on what the memory throws, and consumes nothing', () => {
    const reason = new Error('the link is down');
    class BrokenRingMem extends UserRingMem {
      override readAt(): void {
        throw reason;
      }
    }
    const pages = [new Uint8Array(4096), new Uint8Array(4096)];
    new Int32Array(pages[0]!.buffer)[0] = 64;
    const ring = new IncomingRing(new BrokenRingMem(pages));
    const read = ring.incoming();
    assert.throws(
      () => ring.read(read),
      (error) => error === reason,
    );
    assert.equal(read.inspect().nextOut, 0);
  });
});

describe('a subclass of one of the library memories', () => {
  it('is asked for what it may have overridden', () => {
    let reads = 0;
    class WatchedFlatRingMem extends FlatRingMem {
      override readAt(addr: number, data: Uint8Array): void {
        reads++;
        super.readAt(addr, data);
      }
    }
    const exchange = new Exchange(4096, FLAT_MEMORY);
    exchange.send(Uint8Array.of(1, 2, 3));
    const { buffer, byteOffset } = exchange.memory.pages[0]!;
    const ring = new IncomingRing(new WatchedFlatRingMem(4096, buffer, byteOffset));
    const packet = ring.read(ring.incoming())!;
    assert.ok(reads > 0);
    const before = reads;
    assert.equal(packet.payload.reader(ring).readAll()[2], 3);
    assert.ok(reads > before);
    assert.equal(packet.payload.view(ring), null);
  });
});
