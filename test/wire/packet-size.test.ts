import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PacketSize } from '../../src/index.ts';

/** Adds up a packet byte by byte, as the wire has it. */
function count(extendedBytes: number, payloadBytes: number): number {
  let bytes = 16 + extendedBytes + payloadBytes;
  while (bytes % 8 !== 0) bytes++;
  return bytes + 8;
}

describe('PacketSize', () => {
  it('has the sizes of the protocol', () => {
    assert.equal(PacketSize.inBand(0), 24);
    assert.equal(PacketSize.inBand(1), 32);
    assert.equal(PacketSize.inBand(8), 32);
    assert.equal(PacketSize.inBand(9), 40);
    assert.equal(PacketSize.completion(0), 24);
    assert.equal(PacketSize.completion(13), 40);
    assert.equal(PacketSize.transferPages(0, 0), 32);
    assert.equal(PacketSize.transferPages(2, 8), 56);
    assert.equal(PacketSize.gpaDirect(1, 1, 0), 48);
    assert.equal(PacketSize.gpaDirect(1, 4, 20), 96);
    assert.equal(PacketSize.gpaDirect(3, 7, 1), 120);
  });

  it('counts as a packet is laid out', () => {
    for (let payloadBytes = 0; payloadBytes <= 200; payloadBytes++) {
      assert.equal(PacketSize.inBand(payloadBytes), count(0, payloadBytes));
      assert.equal(PacketSize.completion(payloadBytes), count(0, payloadBytes));
      for (let ranges = 0; ranges < 4; ranges++) {
        assert.equal(PacketSize.transferPages(ranges, payloadBytes), count(8 + ranges * 8, payloadBytes));
        assert.equal(PacketSize.gpaDirect(ranges, 5, payloadBytes), count(8 + ranges * 8 + 5 * 8, payloadBytes));
      }
    }
  });

  it('stays exact where 32 bits end', () => {
    assert.equal(PacketSize.inBand(2 ** 31 - 1), 2 ** 31 + 24);
    assert.equal(PacketSize.inBand(2 ** 32 + 1), 2 ** 32 + 32);
    assert.equal(PacketSize.gpaDirect(2 ** 30, 2 ** 30, 0), 2 ** 34 + 32);
  });

  it('refuses what is no count', () => {
    for (const bad of [-1, -8, 1.5, NaN, Infinity, -Infinity, 2 ** 53]) {
      assert.throws(() => PacketSize.inBand(bad), RangeError);
      assert.throws(() => PacketSize.completion(bad), RangeError);
      assert.throws(() => PacketSize.transferPages(bad, 0), RangeError);
      assert.throws(() => PacketSize.transferPages(0, bad), RangeError);
      assert.throws(() => PacketSize.gpaDirect(bad, 0, 0), RangeError);
      assert.throws(() => PacketSize.gpaDirect(0, bad, 0), RangeError);
      assert.throws(() => PacketSize.gpaDirect(0, 0, bad), RangeError);
    }
  });
});
