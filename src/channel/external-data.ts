import type { GuestMemory } from '../gpa/guest-memory.ts';
import type { PagedRange } from '../gpa/paged-range.ts';
import { AccessError, checkAvailable } from '../memory/memory-access.ts';
import type { TransferPageRange } from '../wire/transfer-page-range.ts';
import { checkUnsigned } from '../wire/unsigned.ts';

/**
 * What the ranges of a transfer-page packet name in the set of pages that both sides know: `buffer`. Each is checked against
 * it; one that is not all within throws an `AccessError`, the crate's `OutOfRange`. Ranges may be empty, and may overlap.
 *
 * Source: OpenVMM `vmbus_async::queue::DataPacket::read_transfer_ranges`.
 *
 * @example
 * ```ts
 * import { AccessError, PagedRange, resolveTransferRanges } from 'vmbus-ring';
 *
 * const buffer = PagedRange.of(0, 8192, [7n, 3n]);
 * const [range] = resolveTransferRanges([{ byteCount: 100, byteOffset: 4090 }], buffer);
 * range?.length; // 100
 * range?.gpns()[1]; // 3n
 *
 * try {
 *   resolveTransferRanges([{ byteCount: 100, byteOffset: 8100 }], buffer);
 * } catch (error) {
 *   if (!(error instanceof AccessError)) throw error;
 *   error.requested; // 8200
 * }
 * ```
 */
export function resolveTransferRanges(ranges: readonly TransferPageRange[], buffer: PagedRange): PagedRange[] {
  return ranges.map(({ byteCount, byteOffset }) => {
    const range = buffer.trySubrange(byteOffset, byteCount);
    if (range === null) throw new AccessError(buffer.length, byteOffset + byteCount);
    return range;
  });
}

/**
 * What guest memory holds in these ranges, first to last, in a new array. How long the ranges are is the peer's word:
 * `maximumBytes` is the most that is allocated for it, and an `AccessError` is thrown where they are longer. All are checked
 * before the first byte is read; a `GuestMemoryError` is thrown where the guest does not have one of them.
 *
 * The guest can change the bytes meanwhile, and their copy no more.
 *
 * @example
 * ```ts
 * import { GuestMemory, PagedRange, readExternalData } from 'vmbus-ring';
 *
 * const memory = GuestMemory.of(new ArrayBuffer(8192));
 * memory.writeAt(4096, Uint8Array.of(1, 2));
 * memory.writeAt(0, Uint8Array.of(3));
 * const ranges = [PagedRange.of(0, 2, [1n]), PagedRange.of(0, 1, [0n])];
 * [...readExternalData(ranges, memory, 1500)]; // [1, 2, 3]
 * ```
 */
export function readExternalData(
  ranges: Iterable<PagedRange>,
  memory: GuestMemory,
  maximumBytes: number,
): Uint8Array<ArrayBuffer> {
  checkUnsigned('maximumBytes', maximumBytes);
  const list = [...ranges];
  const total = totalLength(list);
  checkAvailable(maximumBytes, total);
  for (const range of list) memory.checkRange(range);
  const data = new Uint8Array(total);
  let done = 0;
  for (const range of list) {
    memory.readRange(range, data.subarray(done, done + range.length));
    done += range.length;
  }
  return data;
}

/**
 * Copies `bytes` to guest memory, into these ranges, first to last. What of the ranges lies behind the last byte stays as it is.
 * All ranges are checked before the first byte is written, those that get none included: an `AccessError` is thrown where they
 * are shorter than `bytes`, a `GuestMemoryError` where the guest does not have one of them. (A guest may name the pages of
 * its own rings: it would harm itself.)
 *
 * @example
 * ```ts
 * import { GuestMemory, PagedRange, writeExternalData } from 'vmbus-ring';
 *
 * const memory = GuestMemory.of(new ArrayBuffer(8192));
 * writeExternalData([PagedRange.of(4095, 3, [1n, 0n])], memory, Uint8Array.of(1, 2));
 * const byte = new Uint8Array(1);
 * memory.readAt(0, byte);
 * byte[0]; // 2
 * ```
 */
export function writeExternalData(ranges: Iterable<PagedRange>, memory: GuestMemory, bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('external data is a Uint8Array');
  const list = [...ranges];
  checkAvailable(totalLength(list), bytes.length);
  for (const range of list) memory.checkRange(range);
  let done = 0;
  for (const range of list) {
    const take = Math.min(range.length, bytes.length - done);
    if (take === 0) continue;
    memory.writeRange(range.subrange(0, take), bytes.subarray(done, done + take));
    done += take;
  }
}

function totalLength(ranges: readonly PagedRange[]): number {
  return ranges.reduce((total, range) => total + range.length, 0);
}
