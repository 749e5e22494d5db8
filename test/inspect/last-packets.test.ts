import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FlatRingMem, IncomingRing, OutgoingPacketType, OutgoingRing, RingRange } from '../../src/index.ts';
import { captureRing, RingImage, ringWaits } from '../../src/inspect/index.ts';
import { vectorImage, VECTORS } from '../support/vectors.ts';
import { PAGE_BYTES, writeWord } from './images.ts';

describe('the packets that were written last', () => {
  for (const { name } of VECTORS) {
    it(`${name}: the last of those that are unread, then the last that were read`, () => {
      const image = new RingImage(vectorImage(name));
      const all = [...image.history(), ...image.packets()];
      for (const count of [1, 3]) assert.deepEqual(image.lastPackets(count), all.slice(-count));
      assert.ok(image.lastPackets(1000).length >= all.length - [...image.history()].length);
    });
  }

  it('are found in a part of the ring, whatever is in the rest', () => {
    const bytes = vectorImage('linux-64k-wrapped');
    const want = new RingImage(vectorImage('linux-64k-wrapped'));
    const within = 8192;
    const { in: end } = want.control;
    assert.ok(end > within, 'the part does not wrap');
    bytes.fill(0xee, PAGE_BYTES, PAGE_BYTES + end - within);
    bytes.fill(0xee, PAGE_BYTES + end);
    const found = new RingImage(bytes).lastPackets(2, within);
    assert.equal(found.length, 2);
    assert.deepEqual(found, want.lastPackets(2));
  });

  it('are none where in or out is invalid, or there are none', () => {
    const bytes = vectorImage('linux-4k-wrapped');
    writeWord(bytes, 0, 5);
    assert.deepEqual(new RingImage(bytes).lastPackets(5), []);
    assert.deepEqual(new RingImage(new Uint8Array(8192)).lastPackets(5), []);
  });
});

describe('who waits for whom', () => {
  it('is what the control page says', () => {
    const memory = new FlatRingMem(4096);
    const outgoing = new OutgoingRing(memory);
    const incoming = new IncomingRing(memory);
    const look = (): ReturnType<typeof ringWaits> => ringWaits(new RingImage(captureRing(memory)));
    incoming.setInterruptMask(true);
    assert.deepEqual(look(), { reader: false, writer: false, text: 'empty; the reader wants no signal' });
    incoming.setInterruptMask(false);
    assert.deepEqual(look(), { reader: true, writer: false, text: 'empty; the reader asked for a signal' });
    outgoing.setPendingSendSize(4088);
    assert.match(look().text, /; the writer asked for a signal at 4088 free bytes, which are there$/);
    const offset = outgoing.outgoing();
    const range = outgoing.write(offset, { transactionId: 1, size: 8, typ: OutgoingPacketType.InBandNoCompletion });
    assert.ok(range instanceof RingRange);
    outgoing.commitWrite(offset);
    const text = 'packets are there; the reader asked for a signal; the writer asked for a signal at 4088 free bytes';
    assert.deepEqual(look(), { reader: false, writer: true, text });
    incoming.setInterruptMask(true);
    assert.match(look().text, /^packets are there; the reader wants no signal; /);
  });

  it('is nobody where in or out is invalid', () => {
    const bytes = new Uint8Array(8192);
    writeWord(bytes, 4, 3);
    const text = 'corrupt: in or out is invalid';
    assert.deepEqual(ringWaits(new RingImage(bytes)), { reader: false, writer: false, text });
  });
});
