import { effectivePendingSendSize } from '../ring/pointers.ts';
import type { RingImage } from './ring-image.ts';

/** Who waits for whom at a ring, as its control page has it. */
export interface RingWaits {
  /** The reader found nothing more, asked for a signal, and there is nothing. */
  readonly reader: boolean;
  /** The writer asked for a signal, and there is not yet as much room as it wants. */
  readonly writer: boolean;
  /** The same for people. */
  readonly text: string;
}

/**
 * Who waits for whom, of a ring at one moment. One in use has moved on when this is read.
 *
 * @example
 * ```ts
 * import { RingImage, ringWaits } from 'vmbus-ring/inspect';
 *
 * ringWaits(new RingImage(new Uint8Array(8192))).text; // 'empty: the reader waits for packets'
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
  return { reader, writer, text: [dataText(isEmpty, interruptMask), roomText(wantedBytes, writer)].join('') };
}

function dataText(isEmpty: boolean, interruptMask: number): string {
  if (isEmpty) return interruptMask === 0 ? 'empty: the reader waits for packets' : 'empty, and the reader is busy';
  return interruptMask === 0
    ? 'packets are there: the reader is about to wake'
    : 'packets are there, and the reader is busy';
}

function roomText(wantedBytes: number, writer: boolean): string {
  if (wantedBytes === 0) return '';
  return writer
    ? `; the writer waits for ${wantedBytes} free bytes`
    : `; the writer is about to wake, for ${wantedBytes} bytes`;
}
