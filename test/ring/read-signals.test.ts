import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OutgoingPacketType } from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { FEW_MEMORY_KINDS, FLAT_MEMORY } from '../support/memories.ts';
import { checkProperty, runsInFull } from '../support/property.ts';
import { Exchange } from './exchange.ts';

const SIZE = 4096;

/** Bytes that can be written until one unit more would make the ring look empty, counted by hand. */
function countFree(inPointer: number, outPointer: number): number {
  let bytes = 0;
  for (let at = inPointer; (at + 8) % SIZE !== outPointer; at = (at + 8) % SIZE) bytes += 8;
  return bytes;
}

describe('the signal after a read', () => {
  it('is given when as much is free as was asked for, and was not before', (t) => {
    const payloads = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 8 });
    const pendingSize = fc.oneof(fc.integer({ min: 0, max: SIZE + 16 }), fc.integer({ min: 0, max: 0xffff_ffff }));
    const input = fc.tuple(
      fc.integer({ min: 0, max: SIZE / 8 - 1 }),
      payloads,
      fc.array(pendingSize, { minLength: 8, maxLength: 8 }),
    );
    let signals = 0;
    const property = fc.property(input, ([unit, sizes, pendings]) => {
      const exchange = new Exchange(SIZE, FLAT_MEMORY, unit * 8);
      let count = 0;
      for (const size of sizes) if ('writer' in exchange.put(size)) count++;
      exchange.outgoing.commitWrite(exchange.write);
      const inPointer = exchange.memory.control()[0]!;
      for (let i = 0; i < count; i++) {
        const pending = pendings[i]!;
        exchange.memory.control()[3] = pending;
        const before = countFree(inPointer, exchange.memory.control()[1]!);
        exchange.take();
        const signal = exchange.incoming.commitRead(exchange.read);
        const after = countFree(inPointer, exchange.memory.control()[1]!);
        const wanted = pending - (pending % 8);
        assert.equal(signal, wanted > 0 && before < wanted && wanted <= after, `${before} < ${pending} <= ${after}`);
        if (signal) signals++;
      }
    });
    checkProperty(t, property, 2000);
    assert.ok(signals > 100 || !runsInFull(), `only ${signals} signals in all`);
  });

  for (const kind of FEW_MEMORY_KINDS) {
    it(`means 'when empty' where the size less 1 is asked for, over ${kind.name}`, () => {
      for (const pending of [SIZE - 1, SIZE - 8, SIZE - 4]) {
        const exchange = new Exchange(SIZE, kind, 4000);
        for (let i = 0; i < 3; i++) exchange.send(500);
        exchange.memory.control()[3] = pending;
        const signals = [exchange.receive(), exchange.receive(), exchange.receive()].map(({ signal }) => signal);
        assert.deepEqual(signals, [false, false, true], String(pending));
      }
    });

    it(`never comes where more is asked for than there is, or less than a unit, over ${kind.name}`, () => {
      for (const pending of [0, 1, 7, SIZE, SIZE + 7, 0x8000_0000, 0xffff_ffff]) {
        const exchange = new Exchange(SIZE, kind);
        exchange.send(SIZE - 32);
        exchange.memory.control()[3] = pending;
        assert.equal(exchange.receive().signal, false, String(pending));
      }
    });

    it(`does not come, and nothing is thrown, where in is corrupt, over ${kind.name}`, () => {
      for (const bad of [SIZE, SIZE + 8, 4, 4095, 0x8000_0000, 0xffff_fff8]) {
        const exchange = new Exchange(SIZE, kind);
        exchange.send(4000);
        exchange.outgoing.setPendingSendSize(4088);
        exchange.take();
        exchange.memory.control()[0] = bad;
        assert.equal(exchange.incoming.commitRead(exchange.read), false);
        assert.equal(exchange.memory.control()[1], 4024, 'what was read is given back');
        assertRingError('InvalidRingPointer', () => exchange.incoming.read(exchange.read));
      }
    });

    it(`does not ask whether interrupts are masked, over ${kind.name}`, () => {
      const exchange = new Exchange(SIZE, kind);
      exchange.send(4000);
      exchange.outgoing.setPendingSendSize(4088);
      exchange.incoming.setInterruptMask(true);
      assert.equal(exchange.receive().signal, true);
    });
  }

  it('sees what the writer wrote meanwhile', () => {
    const exchange = new Exchange(SIZE);
    exchange.send(2000);
    exchange.take();
    exchange.send(2000);
    exchange.outgoing.setPendingSendSize(3000);
    assert.equal(exchange.incoming.commitRead(exchange.read), false, 'less is free than the reader knew of');
    exchange.take();
    assert.equal(exchange.incoming.commitRead(exchange.read), true);
  });

  it('compares what was published, not what was read since', () => {
    const exchange = new Exchange(SIZE);
    for (let i = 0; i < 4; i++) exchange.send(976, OutgoingPacketType.InBandNoCompletion);
    exchange.outgoing.setPendingSendSize(1600);
    exchange.take();
    exchange.take();
    exchange.take();
    assert.equal(exchange.incoming.commitRead(exchange.read), true);
    exchange.take();
    assert.equal(exchange.incoming.commitRead(exchange.read), false);
  });
});
