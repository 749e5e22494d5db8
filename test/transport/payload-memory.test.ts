import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ChannelHandle,
  ChannelError,
  createChannelPair,
  openChannel,
  payloadMemory,
  Queue,
} from '../../src/index.ts';
import { acceleratedBuffers } from '../../src/memory/accelerated-buffers.ts';
import { ringOffset } from '../../src/transport/channel-layout.ts';

describe('payloadMemory', () => {
  it('gives each end a part of its own behind the rings', () => {
    for (const payloadBytes of [1, 64, 100, 100_000]) {
      const handles = createChannelPair({ ringBytes: 8192, payloadBytes });
      const [ours, theirs] = handles.map(payloadMemory) as [Uint8Array, Uint8Array];
      assert.ok(ours.length >= payloadBytes && theirs.length === ours.length);
      assert.equal(ours.byteOffset % 64, 0);
      assert.ok(ours.byteOffset >= ringOffset(1, [8192, 8192]) + 4096 + 8192);
      assert.ok(theirs.byteOffset >= ours.byteOffset + ours.length);
      assert.equal(theirs.buffer, ours.buffer);
    }
  });

  it('moves payloads of all lengths out of it and into it', () => {
    const [a, b] = createChannelPair({ ringBytes: 16_384, payloadBytes: 8192 });
    const [sender, receiver] = [new Queue(openChannel(a)), new Queue(openChannel(b))];
    const [source, target] = [payloadMemory(a), payloadMemory(b)];
    assert.ok(acceleratedBuffers.has(source.buffer));
    for (let length = 0; length <= 4200; length += length < 300 ? 1 : 97) {
      const payload = source.subarray(length % 7, (length % 7) + length);
      for (const [i] of payload.entries()) payload[i] = i * 7 + length;
      target.fill(0xee);
      for (let again = 0; again < 3; again++) {
        assert.equal(sender.tryWrite(payload), true);
        assert.equal(receiver.tryRead()?.readInto(target), Math.ceil(length / 8) * 8);
        assert.equal(Buffer.compare(target.subarray(0, length), payload), 0, `${length} bytes, time ${again}`);
        assert.equal(target[Math.ceil(length / 8) * 8], 0xee);
      }
    }
    sender.close();
    receiver.close();
  });

  it('refuses what is no handle, and no number of bytes', () => {
    assert.throws(() => payloadMemory({} as ChannelHandle), ChannelError);
    for (const payloadBytes of [-1, 0.5, Number.NaN, 2 ** 40]) {
      assert.throws(() => createChannelPair({ ringBytes: 4096, payloadBytes }), RangeError);
    }
  });
});
