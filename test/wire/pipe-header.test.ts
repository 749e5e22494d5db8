import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PIPE_PACKET_TYPE_DATA, PipeHeader } from '../../src/index.ts';

describe('PipeHeader', () => {
  it('is two little-endian words', () => {
    assert.equal(PipeHeader.SIZE, 8);
    const header = new PipeHeader(PIPE_PACKET_TYPE_DATA, 0x01020304);
    assert.deepEqual([...header.toBytes()], [1, 0, 0, 0, 4, 3, 2, 1]);
  });

  it('comes back from its bytes', () => {
    for (const [packetType, len] of [
      [0, 0],
      [1, 16384],
      [2, 0x0010_0020],
      [0xffff_ffff, 0xffff_0010],
      [0x8000_0000, 0xffff_ffff],
    ] as const) {
      const header = PipeHeader.fromBytes(new PipeHeader(packetType, len).toBytes());
      assert.equal(header.packetType, packetType);
      assert.equal(header.len, len);
    }
  });

  it('is read from the start of longer bytes, wherever they begin', () => {
    const bytes = new Uint8Array(32).fill(0xee);
    bytes.set(new PipeHeader(4, 99).toBytes(), 5);
    const header = PipeHeader.fromBytes(bytes.subarray(5, 20));
    assert.deepEqual([header.packetType, header.len], [4, 99]);
  });

  it('is read from shared memory', () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(16), 8);
    bytes.set(new PipeHeader(1, 7).toBytes());
    assert.equal(PipeHeader.fromBytes(bytes).len, 7);
  });

  it('makes new bytes each time', () => {
    const header = new PipeHeader(1, 2);
    assert.notEqual(header.toBytes(), header.toBytes());
    assert.equal(header.toBytes().buffer.byteLength, 8);
  });

  it('refuses fewer than 8 bytes', () => {
    for (let length = 0; length < 8; length++) {
      const error = { name: 'RangeError', message: `${length} bytes are no pipe header` };
      assert.throws(() => PipeHeader.fromBytes(new Uint8Array(length)), error);
    }
  });

  it('refuses what is no unsigned 32-bit integer', () => {
    for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 32]) {
      assert.throws(() => new PipeHeader(bad, 0), { name: 'RangeError', message: /^packetType must be / });
      assert.throws(() => new PipeHeader(0, bad), { name: 'RangeError', message: /^len must be / });
    }
  });
});
