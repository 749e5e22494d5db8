import assert from 'node:assert/strict';
import { BufferPages, FlatRingMem, PagedRingMem } from '../../../src/index.ts';
import { captureRing, inspectRingImage, inspectRingMem, RingImage, ringWaits } from '../../../src/inspect/index.ts';
import { checkImage } from '../../inspect/check-image.ts';
import { packetBytesAt } from '../../inspect/images.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { Input } from './input.ts';
import { RING_BYTES, ringImage, ringSeeds } from './ring-input.ts';

const OPTIONS = { hex: true, history: true };

/** What was written last ends where the writer stands. */
function checkLast(image: Uint8Array<ArrayBuffer>, count: number, withinBytes: number): void {
  const opened = new RingImage(image);
  const last = opened.lastPackets(count, withinBytes);
  assert.ok(last.length <= count);
  let end = opened.control.in;
  let bytes = 0;
  for (const { offset } of last.toReversed()) {
    const length = packetBytesAt(image, offset);
    assert.equal((offset + length) % RING_BYTES, end);
    end = offset;
    bytes += length;
  }
  assert.ok(bytes <= Math.min(withinBytes, RING_BYTES));
}

/** Images of rings, and rings in memory: what a report says is what a reader finds, and a capture is the ring. */
export const ringImages: FuzzTarget = {
  sources: ['src/inspect/'],
  run(bytes) {
    const input = new Input(bytes);
    const [count, within8] = [input.u8(), input.u16()];
    const image = ringImage(input);
    checkImage(image);
    checkLast(image, count, within8 * 8);
    const flat = new FlatRingMem(RING_BYTES, new Uint8Array(image).buffer);
    // The two pages the other way round.
    const turned = new Uint8Array(2 * RING_BYTES);
    turned.set(image.subarray(4096));
    turned.set(image.subarray(0, 4096), 4096);
    const paged = new PagedRingMem(BufferPages.inBuffer(turned.buffer, 4096, [0]));
    // Either will do: it is the same code that decodes the copy.
    const memory = count % 2 === 0 ? flat : paged;
    assert.equal(JSON.stringify(inspectRingMem(memory, OPTIONS)), JSON.stringify(inspectRingImage(image, OPTIONS)));
    assert.equal(Buffer.compare(captureRing(memory).subarray(4096), image.subarray(4096)), 0);
    ringWaits(new RingImage(image));
  },
  seeds: () => ringSeeds([3, 255, 0]),
};
