import { OutgoingPacketType } from '../ring/outgoing-packet.ts';
import { checkUnsigned } from '../wire/unsigned.ts';
import type { Channel } from './channel.ts';
import type { IncomingRequest, RequestData } from './incoming-request.ts';
import { packetSize, type QueuePacket } from './queue-packet.ts';
import type { RequestFraming } from './request-framing.ts';
import type { RequestBounds } from './request-options.ts';
import type { WriteHalf } from './write-half.ts';

/** What a handler returns: the payload of the completion, or nothing for an empty one. It is not copied before there is room for it. */
export type Answer = Uint8Array | undefined | void;

/** Does what a request wants. */
export type RequestHandler = (request: IncomingRequest) => Answer | Promise<Answer>;

/**
 * How requests are served.
 *
 * @example
 * ```ts
 * import { connectedChannels, RequestChannel, type ServeOptions } from 'vmbus-ring';
 *
 * const options: ServeOptions = { concurrency: 4, onError: () => Uint8Array.of(0xff) };
 * const [ours, theirs] = connectedChannels({ ringBytes: 4096 });
 * const server = new RequestChannel(theirs);
 * const served = server.serve(() => {
 *   throw new Error('not today');
 * }, options);
 *
 * const client = new RequestChannel(ours);
 * (await client.call(Uint8Array.of(1)))[0]; // 255
 * client.close();
 * await served;
 * ```
 */
export interface ServeOptions {
  /** How many handlers may run at the same time, 1 or more; 16 if left out. */
  readonly concurrency?: number;
  /** Ends serving: `serve` rejects with this signal's reason. What was begun is still answered. */
  readonly signal?: AbortSignal;
  /** Makes the completion of a request whose handler failed. Without it, or where it fails as well, the channel is closed. */
  readonly onError?: (error: unknown, request: IncomingRequest) => Answer | Promise<Answer>;
}

const DEFAULT_CONCURRENCY = 16;

/** One call of `serve`. */
interface Serving {
  readonly handler: RequestHandler;
  readonly concurrency: number;
  readonly onError: ServeOptions['onError'];
  readonly controller: AbortController;
  /** The peer is gone: over as soon as no request is held any more. */
  draining: boolean;
  end(reason: unknown): void;
}

/** A request that waits for a handler, and the bytes that its packet had on the ring. */
interface HeldRequest {
  readonly request: RequestData;
  readonly bytes: number;
}

/** The serving side of a `RequestChannel`: requests that wait for a handler, handlers that run, answers that wait for room. */
export class RequestServer {
  readonly #channel: Channel;
  readonly #writer: WriteHalf;
  readonly #framing: RequestFraming;
  readonly #bounds: RequestBounds;
  readonly #onFree: () => void;
  readonly #held: HeldRequest[] = [];
  readonly #answers: QueuePacket[] = [];
  #serving: Serving | null = null;
  #heldBytes = 0;
  #running = 0;
  #flushing = false;

  /** `onFree` is called when a handler's place has become free, or there is somebody who serves. */
  constructor(channel: Channel, writer: WriteHalf, framing: RequestFraming, bounds: RequestBounds, onFree: () => void) {
    this.#channel = channel;
    this.#writer = writer;
    this.#framing = framing;
    this.#bounds = bounds;
    this.#onFree = onFree;
    void channel.closed.then(() => this.startHeld());
  }

  /** Whether somebody serves. */
  get isServing(): boolean {
    return this.#serving !== null;
  }

  /** Handlers that run, and answers that are not written yet. */
  get running(): number {
    return this.#running;
  }

  /** Requests that were read and wait for a handler. */
  get held(): number {
    return this.#held.length;
  }

  /** What a wait for packets ends by, if that can happen. */
  get stopSignal(): AbortSignal | undefined {
    return this.#serving?.controller.signal;
  }

  /** Whether another request can be begun at once. */
  get hasFreePlace(): boolean {
    return this.#serving !== null && this.#serving.concurrency > this.#running + this.#held.length;
  }

  /** Whether another request may be held. */
  get canHold(): boolean {
    return this.#held.length < this.#bounds.maximumHeld && this.#heldBytes < this.#bounds.maximumHeldBytes;
  }

  serve(handler: RequestHandler, options: ServeOptions): Promise<void> {
    const { concurrency = DEFAULT_CONCURRENCY, signal, onError } = options;
    if (typeof handler !== 'function') throw new TypeError('a handler is a function');
    if (this.#serving !== null) throw new TypeError('somebody serves this end already');
    checkUnsigned('concurrency', concurrency);
    if (concurrency === 0) throw new RangeError('concurrency must be 1 or more');
    this.#channel.check();
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = (): void => serving.end(signal?.reason);
      const serving: Serving = {
        handler,
        concurrency,
        onError,
        controller: new AbortController(),
        draining: false,
        end: (reason) => {
          if (this.#serving !== serving) return;
          this.#serving = null;
          signal?.removeEventListener('abort', abort);
          // A handler's own error may look the same, and has closed the channel.
          if (this.#channel.isPeerClosedError(reason) && !this.#channel.isClosed) resolve();
          else reject(reason);
          serving.controller.abort(reason);
          this.#onFree();
        },
      };
      signal?.addEventListener('abort', abort);
      this.#serving = serving;
      this.startHeld();
      this.#onFree();
    });
  }

  /** Takes a request in, whose packet had so many bytes on the ring: `startHeld` begins it. */
  hold(request: RequestData, bytes: number): void {
    this.#held.push({ request, bytes });
    this.#heldBytes += bytes;
  }

  /** Tells the handlers that nobody wants their answers. */
  abortHandlers(reason: unknown): void {
    this.#serving?.controller.abort(reason);
  }

  /** The channel can be read no more. Requests that the peer sent before it went are still begun. */
  end(reason: unknown): void {
    const serving = this.#serving;
    if (serving === null || this.#channel.isClosed || this.#held.length === 0) {
      this.#dropHeld();
      serving?.end(reason);
      return;
    }
    serving.draining = true;
    serving.controller.abort(reason);
    this.startHeld();
  }

  #dropHeld(): void {
    this.#held.length = 0;
    this.#heldBytes = 0;
  }

  /** Begins what is held, as far as handlers are free. */
  startHeld(): void {
    if (this.#channel.isClosed) {
      // The reader, which would say so, has ended where requests were only left to be begun.
      this.#dropHeld();
      if (this.#serving?.draining === true) this.#serving.end(this.#channel.failure);
      return;
    }
    for (
      let serving = this.#serving;
      serving !== null && this.#running < serving.concurrency;
      serving = this.#serving
    ) {
      const held = this.#held.shift();
      if (held === undefined) {
        if (serving.draining) serving.end(this.#channel.signal.peerError());
        return;
      }
      this.#heldBytes -= held.bytes;
      this.#running++;
      void this.#run(serving, { ...held.request, signal: serving.controller.signal });
    }
  }

  async #run(serving: Serving, request: IncomingRequest): Promise<void> {
    const { handler, onError } = serving;
    try {
      let answer: QueuePacket | null;
      try {
        answer = this.#toPacket(request, await handler(request));
      } catch (error) {
        if (onError === undefined) throw error;
        answer = this.#toPacket(request, await onError(error, request));
      }
      if (answer !== null && !this.#isAnswerVain) this.#send(answer);
      else this.#freePlace();
    } catch (error) {
      if (!this.#isAnswerVain) serving.end(this.#channel.fail(error));
      this.#freePlace();
    }
  }

  /** The completion, checked: what cannot be sent is the handler's mistake. */
  #toPacket({ transactionId }: IncomingRequest, answer: Answer): QueuePacket | null {
    if (transactionId === null) return null;
    const bytes: unknown = answer ?? new Uint8Array(0);
    if (!(bytes instanceof Uint8Array)) throw new TypeError('an answer is a Uint8Array');
    const packet = { payload: this.#framing.frame(bytes), transactionId, typ: OutgoingPacketType.Completion };
    const limitBytes = this.#writer.ring.inner.writableLimitBytes;
    if (packetSize(packet) > limitBytes) {
      throw new RangeError(`an answer of ${bytes.length} bytes does not fit in packets of ${limitBytes}`);
    }
    return packet;
  }

  get #isAnswerVain(): boolean {
    return this.#channel.isClosed || this.#channel.signal.isPeerGone();
  }

  /** Answers that are ready in the same turn are published together. */
  #send(answer: QueuePacket): void {
    this.#answers.push(answer);
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const answers = this.#answers;
    const writer = this.#writer;
    try {
      while (answers.length > 0) {
        if (this.#flushBatch() > 0 || answers.length === 0) continue;
        const first = answers[0]!;
        // Beyond the bound of the line: this is one, and that others wait must not cost the channel.
        await writer.wait(
          () => packetSize(first),
          {},
          () => writer.put(first),
          false,
        );
        this.#written(1);
      }
    } catch (error) {
      // The peer is gone, the ring corrupt, or the channel closed: who reads the ring says so.
      if (!this.#isAnswerVain) this.#serving?.end(this.#channel.fail(error));
      this.#written(answers.length);
    } finally {
      this.#flushing = false;
    }
  }

  /** Writes as many answers as there is room for; returns how many. */
  #flushBatch(): number {
    const writer = this.#writer;
    const batch = writer.writeBatch();
    let count = 0;
    try {
      while (count < this.#answers.length && batch.tryWrite(this.#answers[count]!)) count++;
    } finally {
      batch.commit();
    }
    this.#written(count);
    return count;
  }

  #written(count: number): void {
    this.#answers.splice(0, count);
    this.#running -= count;
    if (count > 0) this.#onPlaces();
  }

  #freePlace(): void {
    this.#running--;
    this.#onPlaces();
  }

  #onPlaces(): void {
    this.startHeld();
    this.#onFree();
  }
}
