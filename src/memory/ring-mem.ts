/**
 * The memory behind one ring: its control words and its data.
 *
 * Implement it to put rings on memory that this library does not know; rings over such memory take the general path,
 * which is slower and checks as much. {@link FlatRingMem}, {@link SingleMappedRingMem} and {@link PagedRingMem} over
 * {@link BufferPages} take the fast one.
 *
 * Addresses and lengths are in bytes, from the start of the data, not of the control page. The data is treated as if it
 * were mapped twice in a row: `addr` may be anything below `2 * length`, as long as `addr + data.length <= 2 * length`.
 * Plain accesses will do for the data; what orders them are the control words, which rings only reach through Atomics.
 *
 * Source: OpenVMM `vmbus_ring::RingMem`.
 *
 * @example
 * ```ts
 * import { OutgoingPacketType, OutgoingRing, type RingMem } from 'vmbus-ring';
 *
 * // One page of data in arrays of its own; a real one would go to a device, or record what is read.
 * class OnePage implements RingMem {
 *   readonly length = 4096;
 *   readonly #control = new Int32Array(new SharedArrayBuffer(4096), 0, 32);
 *   readonly #data = new Uint8Array(new SharedArrayBuffer(4096));
 *
 *   control(): Int32Array {
 *     return this.#control;
 *   }
 *
 *   readAt(addr: number, data: Uint8Array): void {
 *     for (let i = 0; i < data.length; i++) data[i] = this.#data[(addr + i) % this.length]!;
 *   }
 *
 *   writeAt(addr: number, data: Uint8Array): void {
 *     for (const [i, byte] of data.entries()) this.#data[(addr + i) % this.length] = byte;
 *   }
 * }
 *
 * const memory = new OnePage();
 * const ring = new OutgoingRing(memory);
 * const offset = ring.outgoing();
 * ring.write(offset, { transactionId: 0n, size: 0, typ: OutgoingPacketType.InBandNoCompletion });
 * const packetType = new Uint8Array(1);
 * memory.readAt(4096, packetType); // the same as at 0
 * packetType[0]; // 6
 * ```
 */
export interface RingMem {
  /** Bytes of data: a non-zero multiple of 4096, at most 1 GiB. It must never change. */
  readonly length: number;

  /**
   * The first 32 words of the control page, over the memory that the peer sees. Rings ask once, when they are made. No
   * other typed array than an Int32Array serves: it is what engines are best at.
   */
  control(): Int32Array;

  /** Fills `data` from the ring, from `addr` on. */
  readAt(addr: number, data: Uint8Array): void;

  /** Copies `data` to the ring, from `addr` on. */
  writeAt(addr: number, data: Uint8Array): void;

  /** As `readAt`, where `addr` and `data.length` are multiples of 8. Left out, rings use `readAt`. */
  readAligned?(addr: number, data: Uint8Array): void;

  /** As `writeAt`, where `addr` and `data.length` are multiples of 8. Left out, rings use `writeAt`. */
  writeAligned?(addr: number, data: Uint8Array): void;
}
