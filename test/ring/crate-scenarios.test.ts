import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Full } from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { MEMORY_KINDS } from '../support/memories.ts';
import { Exchange } from './exchange.ts';
import { headerBytes } from './naive-packet.ts';

/** What OpenVMM's own tests of its crate check, over every kind of memory. */
for (const kind of MEMORY_KINDS) {
  describe(`the scenarios of the crate, over ${kind.name}`, () => {
    it('writes a packet, signals, and reads it', () => {
      const exchange = new Exchange(16384, kind);
      exchange.incoming.setInterruptMask(false);
      assert.equal(exchange.send(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)), true);
      const { payload, signal } = exchange.receive();
      assert.deepEqual([...payload], [1, 2, 3, 4, 5, 6, 7, 8]);
      assert.equal(signal, false);
      assert.equal(exchange.incoming.read(exchange.read), null);
    });

    it('signals when the ring becomes non-empty, unless it is masked', () => {
      const exchange = new Exchange(16384, kind);
      assert.equal(exchange.send(Uint8Array.of(1, 2, 3)), false);
      assert.equal(exchange.receive().signal, false);
      exchange.incoming.setInterruptMask(false);
      assert.equal(exchange.send(Uint8Array.of(1, 2, 3)), true);
      assert.equal(exchange.send(Uint8Array.of(4, 5, 6)), false, 'it was not empty');
      assert.equal(exchange.receive().signal, false);
    });

    it('signals when as much is free as the writer waits for, once', () => {
      const exchange = new Exchange(16384, kind);
      for (let i = 1; i <= 4; i++) exchange.send(new Uint8Array(4000).fill(i));
      assert.ok(exchange.put(4000) instanceof Full);
      assert.equal(exchange.receive().signal, false, 'nobody waits');
      exchange.send(new Uint8Array(4000).fill(5));
      assert.ok(exchange.put(4000) instanceof Full);
      exchange.outgoing.setPendingSendSize(4024 * 2);
      const signals = [2, 3, 4].map((value) => {
        const { payload, signal } = exchange.receive();
        assert.ok(payload.every((byte) => byte === value));
        return signal;
      });
      assert.deepEqual(signals, [false, true, false]);
    });

    it('refuses packets with ranges whose header has no room for a list', () => {
      for (const type of [7, 9]) {
        const exchange = new Exchange(16384, kind);
        const header = { type, dataOffset8: 2, length8: 3, flags: 0, id: 0n, extended0: 1, extended1: 1 };
        exchange.memory.memory.writeAt(0, headerBytes(header));
        exchange.memory.control()[0] = 16376;
        assertRingError('InvalidDescriptorLengths', () => exchange.incoming.read(exchange.read));
      }
    });
  });
}
