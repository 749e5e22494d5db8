import { effectivePendingSendSize, isRingPointer } from '../ring/pointers.ts';
import { FEATURE_SUPPORTS_PENDING_SEND_SIZE } from '../wire/control-page.ts';
import type { RingImage } from './ring-image.ts';

/** The control words with what they mean, one a line. */
export function* formatControl(image: RingImage): Generator<string, void, undefined> {
  const { in: inPointer, out, interruptMask, pendingSendSize, featureBits } = image.control;
  yield line('in', inPointer, pointerMeaning(image.size, inPointer, 'next byte to write'));
  yield line('out', out, pointerMeaning(image.size, out, 'next byte to read'));
  yield line('interrupt mask', interruptMask, maskMeaning(interruptMask));
  yield line('pending send size', pendingSendSize, pendingMeaning(pendingSendSize));
  yield line('feature bits', featureBits, featureMeaning(featureBits));
  const usage = image.usage();
  if (usage !== null) {
    yield `${'used'.padEnd(17)}  ${usage.available} bytes`;
    yield `${'free'.padEnd(17)}  ${usage.free} bytes`;
  }
}

function line(name: string, value: number, meaning: string): string {
  return `${name.padEnd(17)}  0x${value.toString(16).padStart(8, '0')}  ${meaning}`;
}

function pointerMeaning(size: number, pointer: number, meaning: string): string {
  return isRingPointer(size, pointer) ? meaning : `${meaning}: invalid, no multiple of 8 below 0x${size.toString(16)}`;
}

function maskMeaning(mask: number): string {
  return mask === 0
    ? 'not masked: the reader wants a signal when the ring becomes non-empty'
    : 'masked: the reader wants no signal';
}

function pendingMeaning(pendingBytes: number): string {
  if (pendingBytes === 0) return 'the writer does not wait for room';
  const effectiveBytes = effectivePendingSendSize(pendingBytes);
  if (effectiveBytes === 0) return 'the writer wants a signal, but for too little to count';
  return `the writer wants a signal when ${effectiveBytes} bytes are free`;
}

function featureMeaning(bits: number): string {
  const known = (bits & FEATURE_SUPPORTS_PENDING_SEND_SIZE) !== 0;
  const unknownBits = (bits & ~FEATURE_SUPPORTS_PENDING_SEND_SIZE) >>> 0;
  const meaning = known ? 'the writer uses and honours the pending send size' : 'no pending send size';
  return unknownBits === 0 ? meaning : `${meaning}; unknown bits 0x${unknownBits.toString(16)}`;
}
