/** Memory of a device, mapped. */
export interface UioMapping {
  /** All of it. Atomics work on it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Gives the mapping up: views that are left have no bytes. */
  close(): void;
}

/**
 * What a channel asks of its device: memory, and interrupts both ways. {@link UioFile} is the one over a device node. There is no public
 * way to hand in another one: it is what the tests put a stand-in behind.
 *
 * `read` and `write` throw the system's error where the device is gone, `EIO` mostly.
 */
export interface UioDevice {
  /** Whether `waitSync` can block. */
  readonly canBlock: boolean;
  /** Maps `length` bytes of map `index`. */
  map(index: number, length: number): UioMapping;
  /** The count of interrupts, if there were some since the last call, else `null`. Never blocks. */
  read(): number | null;
  /** 1: takes interrupts and, where there is no monitor page, signals the host. 0: takes no more. */
  write(value: 0 | 1): void;
  /** Calls `done`, never from within, when there may be something to read, after `timeoutMs` at the latest. One at a time. */
  wait(timeoutMs: number, done: () => void): void;
  /** Has `done` called now. */
  wake(): void;
  /** Blocks until there may be something to read, for `timeoutMs` at most. */
  waitSync(timeoutMs: number): void;
  /** After the last `done`. Nothing happens the second time. */
  close(): void;
}
