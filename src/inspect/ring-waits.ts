import { effectivePendingSendSize } from '../ring/pointers.ts';
import type { RingImage } from './ring-image.ts';

/**
 * Who has asked for a signal at a ring, as its control page has it. Whether anybody sleeps is not in there: a reader that polls may never mask, as
 * DPDK's, and has then asked all the time.
 */
export interface RingWaits {
  /** There is nothing to read, and the reader has asked for a signal: it does not mask. */
  readonly reader: boolean;
  /** There is not as much room as the writer has asked for a signal at. */
  readonly writer: boolean;
  /** The same for people. */
  readonly text: string;
}

/**
 * Who has asked for a signal, of a ring at one moment. One in use has moved on when this is read.
 *
 * @example
 * ```ts
 * import { RingImage, ringWaits } from 'vmbus-ring/inspect';
 *
 * ringWaits(new RingImage(new Uint8Array(8192))).text; // 'empty; the reader asked for a signal'
 * ```
 */
export function ringWaits(image: RingImage): RingWaits {
  const usage = image.usage();
  if (usage === null) return { reader: false, writer: false, text: 'corrupt: in or out is invalid' };
  const { interruptMask, pendingSendSize } = image.control;
  const isEmpty = usage.available === 0;
  const wantedBytes = effectivePendingSendSize(pendingSendSize);
  const writer = wantedBytes > usage.free;
  const reader = isEmpty && interruptMask === 0;
  return { reader, writer, text: dataText(isEmpty, interruptMask) + roomText(wantedBytes, writer) };
}

function dataText(isEmpty: boolean, interruptMask: number): string {
  const data = isEmpty ? 'empty' : 'packets are there';
  return `${data}; ${interruptMask === 0 ? 'the reader asked for a signal' : 'the reader wants no signal'}`;
}

function roomText(wantedBytes: number, writer: boolean): string {
  if (wantedBytes === 0) return '';
  return `; the writer asked for a signal at ${wantedBytes} free bytes${writer ? '' : ', which are there'}`;
}
