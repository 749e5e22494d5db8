/**
 * What the demo's guest and host say to each other: a disk that can only be read.
 *
 * ```text
 *   request, 16 bytes: the payload of a GPA-direct packet
 *    0              4              8                              16
 *   +--------------+--------------+------------------------------+
 *   |  operation   |  length      |  offset                      |
 *   +--------------+--------------+------------------------------+
 *
 *   completion, 8 bytes: the payload of the completion packet with the request's transaction id
 *    0              4              8
 *   +--------------+--------------+
 *   |  status      |  length      |
 *   +--------------+--------------+
 * ```
 *
 * Little-endian. `offset` is in bytes from the start of the disk, `length` in bytes; the ranges of the packet hold exactly
 * `length` bytes. The completion's `length` is how many of them the host wrote. A guest that wants no more closes the channel.
 */

export const REQUEST_BYTES = 16;
export const COMPLETION_BYTES = 8;

export const OPERATION_READ = 1;

export const STATUS_SUCCESS = 0;
/** The request reaches past the end of the disk. */
export const STATUS_OUT_OF_RANGE = 1;
/** The file ended before the disk did: it became shorter meanwhile. */
export const STATUS_SHORT_READ = 2;

const STATUS_NAMES = ['success', 'out of range', 'the file ended early'];

export function statusName(status: number): string {
  return STATUS_NAMES[status] ?? `unknown status ${status}`;
}

/** The largest read that the host serves, in bytes: what it allocates once, whatever the guest asks for. */
export const MAXIMUM_READ_BYTES: number = 1 << 20;

/** One request, reused for all of them: written by the guest, read by the host. */
export class RequestRecord {
  /** What travels. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(REQUEST_BYTES);
  readonly #view: DataView = new DataView(this.bytes.buffer);

  set(operation: number, lengthBytes: number, offset: number): void {
    this.#view.setUint32(0, operation, true);
    this.#view.setUint32(4, lengthBytes, true);
    this.#view.setUint32(8, offset >>> 0, true);
    this.#view.setUint32(12, Math.floor(offset / 0x1_0000_0000), true);
  }

  get operation(): number {
    return this.#view.getUint32(0, true);
  }

  get lengthBytes(): number {
    return this.#view.getUint32(4, true);
  }

  /** Rounded from 2^53 on, where no disk reaches. */
  get offset(): number {
    return this.#view.getUint32(8, true) + this.#view.getUint32(12, true) * 0x1_0000_0000;
  }
}

/** One completion, reused for all of them. */
export class CompletionRecord {
  /** What travels. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(COMPLETION_BYTES);
  readonly #view: DataView = new DataView(this.bytes.buffer);

  set(status: number, lengthBytes: number): void {
    this.#view.setUint32(0, status, true);
    this.#view.setUint32(4, lengthBytes, true);
  }

  get status(): number {
    return this.#view.getUint32(0, true);
  }

  get lengthBytes(): number {
    return this.#view.getUint32(4, true);
  }
}
