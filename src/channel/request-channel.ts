import { OutgoingPacketType } from '../ring/outgoing-packet.ts';
import { type Channel, claimChannel } from './channel.ts';
import { ChannelError } from './channel-error.ts';
import type { ChannelInspection } from './channel-inspection.ts';
import { takeTurn } from './event-loop-turn.ts';
import { requestData } from './incoming-request.ts';
import type { PacketRef } from './packet-ref.ts';
import { PendingCall } from './pending-call.ts';
import { packetSize, type QueuePacket } from './queue-packet.ts';
import type { ReadBatch } from './read-batch.ts';
import { ReadHalf } from './read-half.ts';
import { RequestFraming } from './request-framing.ts';
import {
  type CallOptions,
  requestBounds,
  type RequestChannelOptions,
  type RequestCounts,
  type RequestInspection,
  type UnexpectedKind,
  type UnexpectedReport,
} from './request-options.ts';
import { type RequestHandler, RequestServer, type ServeOptions } from './request-server.ts';
import { restoredId, type SavedRequests } from './saved-requests.ts';
import { TransactionTable } from './transaction-table.ts';
import type { WaitOptions } from './wait-options.ts';
import { WriteHalf } from './write-half.ts';

/** Calls that may wait for their turn where the table is full. */
const MAXIMUM_LINE = 1024;

/** A reader that always finds packets still lets the event loop have a turn after this many. */
const PACKETS_A_TURN = 256;

/** A call in line, with what it is to send. */
interface Queued {
  readonly call: PendingCall;
  readonly packet: QueuePacket;
}

/**
 * Requests and their completions: `call` on one end, `serve` on the other, or both on both. Any number of calls are in flight,
 * up to `maximumOutstanding`; completions may come in any order.
 *
 * Ids count up from 1 and are never 0. A call that was aborted, or whose time is over, stays outstanding until its completion
 * comes, which is then reported as late: its id is in use, and its place in the table taken. Where the table is full, a call waits
 * for its turn; 1024 may.
 *
 * When the channel closes, is found to be corrupt, or the peer goes, all calls reject with that error. What the peer sends
 * and what is no request or completion (a pipe header that is wrong, GPA ranges that are not valid) closes the channel.
 *
 * The ring is read only while a call is outstanding, or somebody serves: an idle channel does not keep a process alive. Requests
 * that come to an end which calls and does not serve are held, up to `maximumHeld` and `maximumHeldBytes`, since completions may lie behind them; what
 * comes then is reported as unserved, once, and stays in the ring until somebody serves. The same bounds hold where all handlers are busy and calls
 * are outstanding; without such calls no packet is taken until a handler is free, and the callers feel it.
 *
 * What is sent is not copied before it is its turn, as with {@link WriteHalf}: leave the bytes of a call, a post or an answer alone
 * until then, which is at once where there is room in the ring, and for a call in the table.
 *
 * Unless `raw`, payloads travel behind the 8-byte pipe header, within the packet, so that they arrive as long as they were. Both
 * ends must have it the same. Source: OpenVMM's queues leave transactions to devices; Linux `vmbus_requestor` has such a table.
 *
 * @example
 * ```ts
 * import { connectedChannels, RequestChannel } from 'vmbus-ring';
 *
 * const [a, b] = connectedChannels({ ringBytes: 65536 });
 * const client = new RequestChannel(a);
 * const server = new RequestChannel(b);
 *
 * const served = server.serve(({ payload }) => payload.map((byte) => byte * 2));
 * const answers = await Promise.all([1, 2, 3].map((n) => client.call(Uint8Array.of(n))));
 * answers.map(([byte]) => byte); // [2, 4, 6]
 * client.counts.outstanding; // 0
 * client.close();
 * await served;
 * ```
 */
export class RequestChannel {
  /** The channel's end that is used. */
  readonly channel: Channel;

  readonly #reader: ReadHalf;
  readonly #writer: WriteHalf;
  readonly #framing: RequestFraming;
  readonly #server: RequestServer;
  readonly #table: TransactionTable<PendingCall>;
  readonly #onUnexpected: (report: UnexpectedReport) => void;
  readonly #unexpected: Record<UnexpectedKind, number> = { late: 0, duplicate: 0, unknown: 0, unserved: 0 };
  readonly #line: Queued[] = [];
  /** Calls that wait for room: each has a place in the table already. */
  readonly #placing: Set<PendingCall> = new Set();
  #reading = false;
  /** Ends the wait for packets that nobody wants any more. */
  #idle: AbortController | null = null;
  /** Packets are there, and must stay there for now. */
  #stalled = false;

  /** Takes `channel` for itself. Throws a `TypeError` where another one has it, and a `RangeError` for a bound that is none. */
  constructor(channel: Channel, options: RequestChannelOptions = {}) {
    const bounds = requestBounds(options, channel.incoming.inner.size);
    claimChannel(channel, 'RequestChannel');
    this.channel = channel;
    this.#reader = new ReadHalf(channel);
    this.#writer = new WriteHalf(channel);
    this.#framing = new RequestFraming(options.raw ?? false);
    this.#server = new RequestServer(channel, this.#writer, this.#framing, bounds, () => this.#resume());
    this.#table = new TransactionTable(bounds.maximumOutstanding, restoredId(channel.restored));
    channel.saving = { saveState: () => this.#saveState() };
    this.#onUnexpected = options.onUnexpected ?? (() => {});
  }

  /**
   * Sends a request, its payload in one piece or several; what the promise holds is a copy of its completion's payload. The bytes are
   * not copied before they are sent: leave them alone while the call waits in line.
   *
   * Rejects as {@link WriteHalf} throws for a packet that cannot be sent, with the abort signal's reason, or with a
   * `ChannelError`: `TimedOut`, `TooManyWaiters`, or why the channel is of no use any more.
   */
  call(payload: Uint8Array | readonly Uint8Array[], options: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const { typ = OutgoingPacketType.InBandWithCompletion } = options;
      if (typ.kind === 'InBandNoCompletion') throw new TypeError('a call asks for a completion');
      const packet = this.#toPacket(payload, typ);
      this.#writer.begin();
      const mayGo = this.#line.length === 0 && this.#table.hasPlace(this.#placing.size);
      if (!mayGo && this.#line.length >= MAXIMUM_LINE) throw new ChannelError('TooManyWaiters');
      const call = new PendingCall(options, (givenUp) => this.#giveUp(givenUp));
      if (mayGo) this.#place({ call, packet });
      else this.#line.push({ call, packet });
      this.#resume();
      return call.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sends a packet that asks for no completion: its handler's answer is not sent. Settled when it lies in the ring; leave the bytes
   * alone until then.
   */
  post(payload: Uint8Array | readonly Uint8Array[], options: WaitOptions = {}): Promise<void> {
    try {
      return this.#writer.write(this.#toPacket(payload, OutgoingPacketType.InBandNoCompletion), options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Has `handler` do what the peer's packets ask for, those that ask for no completion included, up to `concurrency` at a time. It
   * may return its answer at once or as a promise, and answers go out as they are ready.
   *
   * The protocol has no completion that says 'failed'. Where a handler throws, `onError` makes the completion; without it the
   * channel is closed, so that no caller waits in vain, and `serve` rejects with the handler's error.
   *
   * Resolves when the peer closes its end and all that it had sent was begun; handlers that still run then have their `signal`
   * aborted. Rejects with whatever else ends the channel, and with the reason of `signal`: then what was begun is still answered,
   * and `serve` may be called again. One at a time, else a `TypeError`.
   */
  serve(handler: RequestHandler, options: ServeOptions = {}): Promise<void> {
    try {
      return this.#server.serve(handler, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** What is going on, and what came that nobody had asked for. */
  get counts(): RequestCounts {
    return {
      outstanding: this.#table.size,
      waiting: this.#line.length + this.#placing.size,
      running: this.#server.running,
      held: this.#server.held,
      ...this.#unexpected,
    };
  }

  /** As `Channel.inspect`, with `counts` as `requests`. */
  inspect(): RequestInspection & ChannelInspection {
    return { ...this.channel.inspect(), requests: this.counts };
  }

  /** See {@link Channel.close}: all calls reject, and `serve` as well. */
  close(): void {
    this.channel.close();
  }

  /** The same as `close`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** The next id: ids stay unique. What was read and what is not sent yet is nowhere but in memory. */
  #saveState(): SavedRequests {
    const { outstanding, waiting, running, held } = this.counts;
    if (outstanding + waiting + running + held > 0) throw new TypeError('requests are under way: wait for them');
    return { nextId: this.#table.nextId() };
  }

  #toPacket(payload: Uint8Array | readonly Uint8Array[], typ: OutgoingPacketType): QueuePacket {
    if (typ.kind === 'Completion') throw new TypeError('a completion is no request');
    return { payload: this.#framing.frame(payload), typ };
  }

  /** Sends a call that has its place, now or when there is room. */
  #place({ call, packet }: Queued): void {
    const writer = this.#writer;
    const put = (): boolean => {
      if (!writer.put({ ...packet, transactionId: this.#table.nextId() })) return false;
      call.id = this.#table.add(call);
      this.#placing.delete(call);
      return true;
    };
    this.#placing.add(call);
    try {
      if (writer.isRoomFree && writer.putAndCommit(put)) return;
      call.room = new AbortController();
      const placed = writer.wait(() => packetSize(packet), { signal: call.room.signal }, put);
      placed.catch((error: unknown) => this.#failPlacing(call, error));
    } catch (error) {
      this.#failPlacing(call, error);
    }
  }

  #failPlacing(call: PendingCall, error: unknown): void {
    this.#placing.delete(call);
    call.fail(error);
    this.#placeLine();
    this.#resume();
  }

  /** The caller waits no more: what is sent stays outstanding, what is not is never sent. */
  #giveUp(call: PendingCall): void {
    if (call.id !== 0) {
      this.#table.giveUp(call.id);
      return;
    }
    const at = this.#line.findIndex((queued) => queued.call === call);
    if (at >= 0) this.#line.splice(at, 1);
    call.room?.abort();
    this.#resume();
  }

  #placeLine(): void {
    while (this.#table.hasPlace(this.#placing.size)) {
      const queued = this.#line.shift();
      if (queued === undefined) return;
      this.#place(queued);
    }
  }

  /** Whether anybody waits for what the ring may hold. */
  get #isWanted(): boolean {
    return this.#hasCalls || this.#server.isServing;
  }

  get #hasCalls(): boolean {
    return this.#table.size + this.#placing.size + this.#line.length > 0;
  }

  /** Whether another packet may be taken. */
  get #canTake(): boolean {
    return this.#server.hasFreePlace || (this.#hasCalls && this.#server.canHold);
  }

  /** Reads, if it is wanted and nobody does; goes on, if it stood still. */
  #resume(): void {
    if (this.#stalled) this.channel.waiters.poke();
    if (!this.#isWanted) this.#idle?.abort();
    if (this.#reading || !this.#isWanted) return;
    this.#reading = true;
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      for (let packets = 0; this.#isWanted;) {
        if (!this.#canTake) {
          await this.#standStill();
          continue;
        }
        const batch = this.#reader.tryReadBatch() ?? (await this.#waitForBatch());
        if (batch !== null) packets += this.#takeBatch(batch);
        if (packets < PACKETS_A_TURN) continue;
        packets = 0;
        await takeTurn();
      }
      this.#reading = false;
    } catch (error) {
      this.#reading = false;
      this.#end(error);
    }
  }

  /** `null` where the wait was ended because serving is over. */
  async #waitForBatch(): Promise<ReadBatch | null> {
    const { stopSignal } = this.#server;
    const idle = new AbortController();
    this.#idle = idle;
    const signal = stopSignal === undefined ? idle.signal : AbortSignal.any([stopSignal, idle.signal]);
    try {
      return await this.#reader.readBatch({ signal });
    } catch (error) {
      if (signal.aborted && !this.channel.isClosed) return null;
      throw error;
    } finally {
      this.#idle = null;
    }
  }

  /** Takes what may be taken now, and gives its room back before anything of the caller's runs. */
  #takeBatch(batch: ReadBatch): number {
    const server = this.#server;
    const reports: UnexpectedReport[] = [];
    let packets = 0;
    try {
      while (this.#canTake) {
        const packet = batch.next();
        if (packet === null) break;
        packets++;
        if (packet.typ.kind === 'Completion') this.#complete(packet, reports);
        else server.hold(requestData(this.#reader, packet, this.#framing.payloadOf(packet)), packet.packet.size);
      }
    } finally {
      batch.commit();
    }
    server.startHeld();
    for (const report of reports) this.#report(report);
    this.#placeLine();
    return packets;
  }

  #complete(ref: PacketRef, reports: UnexpectedReport[]): void {
    const { packet } = ref;
    const completed = this.#table.complete(packet.transactionIdLow, packet.transactionIdHigh);
    if ('call' in completed) {
      const { call } = completed;
      try {
        call.complete(this.#framing.payloadOf(ref));
      } catch (error) {
        call.fail(this.channel.fail(error));
        throw error;
      }
    } else {
      reports.push({ kind: completed.unexpected, transactionId: packet.transactionId });
    }
  }

  #report(report: UnexpectedReport): void {
    this.#unexpected[report.kind]++;
    this.#onUnexpected(report);
  }

  /** Leaves the packets where they are until one may be taken, or nobody wants any. */
  async #standStill(): Promise<void> {
    const { signal, waiters } = this.channel;
    let isReported = this.#server.isServing;
    const attempt = (): true | undefined => {
      if (signal.isPeerGone()) this.#losePeer(signal.peerError());
      if (this.#canTake || !this.#isWanted) return true;
      if (!isReported && this.#reader.look(true)) {
        isReported = true;
        this.#report({ kind: 'unserved', transactionId: null });
      }
      return undefined;
    };
    this.#stalled = true;
    try {
      await waiters.wait(attempt, () => {}, {});
    } finally {
      this.#stalled = false;
    }
  }

  /** The peer is gone while packets of it must stay where they are: completions among them come to nobody. */
  #losePeer(error: ChannelError): void {
    this.#server.abortHandlers(error);
    this.#failCalls(error);
  }

  /** The ring can be read no more. */
  #end(error: unknown): void {
    const gone = error instanceof ChannelError && (error.code === 'PeerClosed' || error.code === 'PeerDied');
    const reason = gone ? error : this.channel.fail(error);
    this.#failCalls(reason);
    this.#server.end(reason);
  }

  #failCalls(reason: unknown): void {
    for (const { call } of this.#line.splice(0)) call.fail(reason);
    for (const call of this.#table.takeAll()) call.fail(reason);
  }
}
