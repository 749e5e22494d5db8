/** What can be wrong with a UIO device. */
export const UIO_ERRORS = {
  /** There is no such VMBus device in sysfs. */
  NoSuchDevice: 'no VMBus device of this name is bound to uio_hv_generic',
  /** The path leads to something else than the device node that sysfs tells of. */
  NotTheDevice: 'this is not the device node',
  /** What sysfs says of the device cannot be understood. */
  InvalidSysfs: 'sysfs holds what uio_hv_generic does not write',
  /** The memory of the device is not laid out as the driver lays it out. */
  InvalidMap: 'the memory of the device is no pair of rings',
  /** The system's pages have another size than those of the VMBus. */
  UnsupportedPageSize: 'the pages of this system do not have 4096 bytes',
} as const;

/** The name of one kind of {@link UioError}. */
export type UioErrorCode = keyof typeof UIO_ERRORS;

/**
 * A UIO device cannot be used: it is not there, it is none, or it is not what the kernel's driver would make of it.
 *
 * Errors of the system (no permission, no such file) are those that Node throws. A device that goes away later is no such error: that
 * is a `ChannelError` with code `PeerDied`.
 *
 * @example
 * ```ts
 * import { openUioChannel, UioError } from 'vmbus-ring/node';
 *
 * try {
 *   openUioChannel('/dev/null');
 * } catch (error) {
 *   if (!(error instanceof UioError)) throw error;
 *   error.code; // 'NotTheDevice'
 * }
 * ```
 */
export class UioError extends Error {
  /** Always this: what `error.name` is. */
  override readonly name = 'UioError';
  /** What is wrong: a key of {@link UIO_ERRORS}. */
  readonly code: UioErrorCode;

  /** The message says what `code` means, and `detail`. */
  constructor(code: UioErrorCode, detail: string) {
    super(`${UIO_ERRORS[code]}: ${detail}`);
    this.code = code;
  }
}
