import type { OutgoingPacketType } from '../ring/outgoing-packet.ts';
import { checkUnsigned } from '../wire/unsigned.ts';
import type { WaitOptions } from './wait-options.ts';

/**
 * What came without being asked for: the completion of a call that was aborted or timed out (`late`), of one that was completed
 * before (`duplicate`), with an id that was never used (`unknown`); or more requests than are held for an end that does not
 * serve (`unserved`).
 */
export type UnexpectedKind = 'late' | 'duplicate' | 'unknown' | 'unserved';

/** One thing that came without being asked for. */
export interface UnexpectedReport {
  /** What it is. */
  readonly kind: UnexpectedKind;
  /** The completion's id; `null` where it is no completion. */
  readonly transactionId: bigint | null;
}

/**
 * How a `RequestChannel` works. Both ends must agree on `raw`.
 *
 * @example
 * ```ts
 * import { connectedChannels, OutgoingPacketType, Queue, RequestChannel, type RequestChannelOptions } from 'vmbus-ring';
 *
 * const reported: string[] = [];
 * const options: RequestChannelOptions = { raw: true, onUnexpected: ({ kind }) => reported.push(kind) };
 * const [ours, theirs] = connectedChannels({ ringBytes: 4096 });
 * const client = new RequestChannel(ours, options);
 * const peer = new Queue(theirs);
 *
 * const call = client.call(Uint8Array.of(1));
 * peer.tryWrite({ transactionId: 7n, typ: OutgoingPacketType.Completion }); // true: of what?
 * peer.tryWrite({ transactionId: 1n, typ: OutgoingPacketType.Completion }); // true
 * await call;
 * reported; // ['unknown']
 * ```
 */
export interface RequestChannelOptions {
  /** Payloads as they are, padded with zeros to multiples of 8 bytes, as native peers have them; else behind a pipe header. */
  readonly raw?: boolean;
  /** How many calls may have no completion yet, those that were given up included: 1 or more, 1024 if left out. */
  readonly maximumOutstanding?: number;
  /** How many requests are held in memory at most so that completions behind them can be read: 1024 if left out. */
  readonly maximumHeld?: number;
  /**
   * How many bytes they may have, each as long as its packet is on the ring: no further one is taken once there are so many. The last
   * that was taken may go beyond it, so that one is always held, however large. 1 MiB if left out, or twice the size of the
   * incoming ring where that is more.
   */
  readonly maximumHeldBytes?: number;
  /** Called with each thing that comes unasked for, after it was counted. If it throws, the channel is closed with that error. */
  readonly onUnexpected?: (report: UnexpectedReport) => void;
}

/** How a call is made. Aborted, or out of time, a call that was sent stays outstanding until its completion comes. */
export interface CallOptions extends WaitOptions {
  /**
   * The packet's kind: `OutgoingPacketType.GpaDirect(...)` or `TransferPages(...)` where it refers to memory. `InBandWithCompletion`
   * if left out.
   */
  readonly typ?: OutgoingPacketType | undefined;
}

/** What a `RequestChannel` is doing, and what came without being asked for. */
export interface RequestCounts extends Readonly<Record<UnexpectedKind, number>> {
  /** Calls that were sent and have no completion, those that were given up included. */
  readonly outstanding: number;
  /** Calls that were not sent yet: the table or the ring is full. */
  readonly waiting: number;
  /** Handlers that run, and answers that are not written yet. */
  readonly running: number;
  /** Requests that were read and wait for a handler. */
  readonly held: number;
}

/** What a `RequestChannel` adds to its channel's inspection. */
export interface RequestInspection {
  /** See `RequestChannel.counts`. */
  readonly requests: RequestCounts;
}

const DEFAULT_OUTSTANDING = 1024;
const DEFAULT_HELD = 1024;
const DEFAULT_HELD_BYTES = 1 << 20;

/** The bounds that a `RequestChannel` works within. */
export type RequestBounds = Required<
  Pick<RequestChannelOptions, 'maximumOutstanding' | 'maximumHeld' | 'maximumHeldBytes'>
>;

/** Those of `options`, over an incoming ring of `ringBytes`. Throws where one is no bound. */
export function requestBounds(options: RequestChannelOptions, ringBytes: number): RequestBounds {
  const {
    maximumOutstanding = DEFAULT_OUTSTANDING,
    maximumHeld = DEFAULT_HELD,
    maximumHeldBytes = Math.max(DEFAULT_HELD_BYTES, 2 * ringBytes),
  } = options;
  checkUnsigned('maximumOutstanding', maximumOutstanding);
  checkUnsigned('maximumHeld', maximumHeld);
  checkUnsigned('maximumHeldBytes', maximumHeldBytes);
  if (maximumOutstanding === 0) throw new RangeError('maximumOutstanding must be 1 or more');
  return { maximumOutstanding, maximumHeld, maximumHeldBytes };
}
