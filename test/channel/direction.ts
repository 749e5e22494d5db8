import assert from 'node:assert/strict';
import {
  IncomingPacket,
  packetSize,
  type PacketRef,
  type Queue,
  type ReadBatch,
  type WaitOptions,
  type WriteBatch,
} from '../../src/index.ts';
import { numberedPayload, numberOf, padded } from '../suites/bytes.ts';

/** A packet that somebody wanted to send. Its number is its place in the list of all. */
interface Asked {
  payload: Uint8Array;
  state: 'waits' | 'sent' | 'given up';
}

/**
 * One direction of a channel, and the model of it: the packets in the order in which they were asked for. Those that were not
 * given up arrive in that order, each once.
 */
export class Direction {
  readonly #from: Queue;
  readonly #to: Queue;
  readonly #asked: Asked[] = [];
  readonly #pending: Set<Promise<void>> = new Set();
  readonly #aborts: Set<AbortController> = new Set();
  readonly #errors: unknown[] = [];
  #writing: { batch: WriteBatch; asked: Asked[] } | null = null;

  /** Numbers of packets that were read and given back, then of those that were read and are not. */
  readonly #arrived: number[] = [];
  #held: number[] = [];
  #last: PacketRef | null = null;
  #reading: ReadBatch | null = null;
  readonly #target: Uint8Array = new Uint8Array(16_384);
  readonly #header: IncomingPacket = new IncomingPacket();
  #isReadPending = false;
  #reads = 0;
  #readBytes = 0;

  constructor(from: Queue, to: Queue) {
    this.#from = from;
    this.#to = to;
  }

  get capacity(): number {
    return this.#from.capacity;
  }

  tryWrite(size: number): void {
    if (this.#writing !== null) return;
    const asked = this.#ask(size);
    // Only here: of two that wait, nobody could tell which one arrived.
    if (size < 4) asked.payload = new Uint8Array(0);
    asked.state = this.#from.tryWrite(asked.payload) ? 'sent' : 'given up';
  }

  write(size: number, timeoutMs?: number): void {
    if (this.#writing !== null) return;
    const asked = this.#ask(size);
    asked.state = 'waits';
    this.#follow(
      (options) => this.#from.write(asked.payload, options),
      () => (asked.state = 'sent'),
      () => (asked.state = 'given up'),
      timeoutMs,
    );
  }

  waitForRoom(size: number): void {
    if (this.#writing !== null) return;
    const bytes = packetSize(new Uint8Array(size));
    this.#follow((options) => this.#from.waitReady(bytes, options));
  }

  openWriteBatch(): void {
    this.#writing ??= { batch: this.#from.writeBatch(), asked: [] };
  }

  putInBatch(size: number): void {
    if (this.#writing === null) return;
    const asked = this.#ask(size);
    const isPut = this.#writing.batch.tryWrite(asked.payload);
    asked.state = isPut ? 'waits' : 'given up';
    if (isPut) this.#writing.asked.push(asked);
  }

  endWriteBatch(how: 'commit' | 'revert'): void {
    const writing = this.#writing;
    if (writing === null) return;
    this.#writing = null;
    writing.batch[how]();
    for (const asked of writing.asked) asked.state = how === 'commit' ? 'sent' : 'given up';
  }

  tryRead(): void {
    if (this.#canRead()) this.#take(this.#to.tryRead());
  }

  read(timeoutMs?: number): void {
    if (!this.#canRead()) return;
    this.#isReadPending = true;
    this.#follow(
      async (options) => this.#take(await this.#to.read(options)),
      () => (this.#isReadPending = false),
      () => (this.#isReadPending = false),
      timeoutMs,
    );
  }

  tryReadInto(): void {
    if (!this.#canRead()) return;
    this.#takeInto(this.#to.tryReadInto(this.#target, this.#header));
    this.#giveBack();
  }

  readInto(timeoutMs?: number): void {
    if (!this.#canRead()) return;
    this.#isReadPending = true;
    const end = (): unknown => (this.#isReadPending = false);
    this.#follow(
      async (options) => {
        this.#takeInto(await this.#to.readInto(this.#target, this.#header, options));
        this.#giveBack();
      },
      end,
      end,
      timeoutMs,
    );
  }

  waitForPacket(): void {
    if (!this.#canRead()) return;
    this.#isReadPending = true;
    const end = (): unknown => (this.#isReadPending = false);
    this.#follow((options) => this.#to.reader.waitReady(options), end, end);
  }

  openReadBatch(): void {
    if (!this.#canRead()) return;
    this.#isReadPending = true;
    const end = (): unknown => (this.#isReadPending = false);
    this.#follow(async (options) => (this.#reading = await this.#to.readBatch(options)), end, end);
  }

  readInBatch(): void {
    if (this.#reading !== null) this.#take(this.#reading.next());
  }

  readInBatchInto(): void {
    if (this.#reading !== null) this.#takeInto(this.#reading.nextInto(this.#target, this.#header));
  }

  endReadBatch(): void {
    if (this.#reading === null) return;
    this.#reading.commit();
    this.#reading = null;
    this.#giveBack();
  }

  revert(): void {
    if (this.#isReadPending) return;
    if (this.#reading !== null) this.#reading.revert();
    else if (this.#held.length > 0) this.#last?.revert();
    this.#held = [];
  }

  release(): void {
    if (this.#isReadPending || this.#reading !== null) return;
    this.#to.reader.release();
    this.#giveBack();
  }

  abortOne(): void {
    for (const controller of this.#aborts) {
      this.#aborts.delete(controller);
      controller.abort();
      return;
    }
  }

  /** Compares what both ends counted with what was done; exact only where nobody waits. */
  inspect(): void {
    const { outgoing } = this.#from.inspect();
    const sent = this.#asked.filter(({ state }) => state === 'sent');
    const waits = this.#asked.filter(({ state }) => state === 'waits');
    assert.ok(outgoing.packets >= sent.length && outgoing.packets <= sent.length + waits.length);
    if (waits.length === 0 && this.#pending.size === 0) {
      assert.equal(outgoing.packets, sent.length);
      assert.equal(
        outgoing.bytes,
        sent.reduce((sum, { payload }) => sum + packetSize(payload), 0),
      );
    }
    if (!this.#isReadPending) {
      const { incoming } = this.#to.inspect();
      assert.equal(incoming.packets, this.#reads);
      assert.equal(incoming.bytes, this.#readBytes);
    }
  }

  /** Ends what is open and reads until nobody waits; then all must have arrived. */
  async drain(turn: () => Promise<unknown>): Promise<void> {
    this.endWriteBatch('commit');
    assert.deepEqual(this.#errors, []);
    for (let turns = 0; this.#pending.size > 0 || this.#from.inspect().outgoing.filledBytes !== 0; turns++) {
      assert.ok(turns < 1000, `${this.#pending.size} operations never come to an end`);
      this.endReadBatch();
      // A read that still waits when all was written waits for ever.
      if (!this.#asked.some(({ state }) => state === 'waits')) this.abortOne();
      for (let left = 1; left > 0;) {
        this.tryRead();
        left = this.#isReadPending || this.#reading !== null ? 0 : this.#held.length;
        this.release();
      }
      await turn();
      assert.deepEqual(this.#errors, []);
    }
    const sent = [...this.#asked.keys()].filter((number) => this.#asked[number]!.state === 'sent');
    assert.deepEqual(this.#arrived, sent);
    this.inspect();
    const { outgoing, signals } = this.#from.inspect();
    assert.equal(outgoing.control.pendingSendSize, 0);
    assert.equal(outgoing.filledBytes, 0);
    assert.equal(outgoing.offset['nextIn'], outgoing.control.in);
    assert.ok(this.#to.inspect().signals.received <= signals.sent, 'more signals than were sent');
    assert.ok(this.#from.writer.canWrite(this.capacity), 'somebody stands in line');
  }

  #ask(size: number): Asked {
    const payload = numberedPayload(this.#asked.length, size);
    const asked: Asked = { payload, state: 'given up' };
    this.#asked.push(asked);
    return asked;
  }

  #canRead(): boolean {
    if (this.#isReadPending || this.#reading !== null) return false;
    // Whatever comes now begins by giving back.
    this.#giveBack();
    return true;
  }

  #giveBack(): void {
    this.#arrived.push(...this.#held);
    this.#held = [];
  }

  /** The packet has to be the next one that was not given up. */
  #take(packet: PacketRef | null): void {
    if (packet === null) return;
    this.#last = packet;
    this.#arrive(packet.readAll(), packet.packet);
  }

  /** The same of one that was copied to the target: so many bytes, or -1 for none. */
  #takeInto(length: number): void {
    if (length < 0) return;
    assert.equal(length, this.#header.payloadLength);
    this.#last = null;
    this.#arrive(this.#target.slice(0, length), this.#header);
  }

  #arrive(payload: Uint8Array, header: IncomingPacket): void {
    const next = (this.#held.at(-1) ?? this.#arrived.at(-1) ?? -1) + 1;
    const number = payload.length === 0 ? this.#asked.findIndex(isEmptyFrom(next)) : numberOf(payload);
    const asked = this.#asked[number];
    assert.ok(asked !== undefined && number >= next, 'nobody sent that now');
    // One that was just aborted may not know it yet.
    assert.ok(!this.#asked.slice(next, number).some(({ state }) => state === 'sent'), 'one is missing');
    assert.notEqual(asked.state, 'given up');
    assert.deepEqual(payload, padded(asked.payload));
    this.#reads++;
    this.#readBytes += header.size;
    this.#held.push(number);
  }

  /** Starts an operation that may be aborted, or run out of time. */
  #follow(
    start: (options: WaitOptions) => Promise<unknown>,
    onDone: () => unknown = () => {},
    onFailed: () => unknown = () => {},
    timeoutMs: number = Number.POSITIVE_INFINITY,
  ): void {
    const controller = new AbortController();
    this.#aborts.add(controller);
    const end = (): void => {
      this.#aborts.delete(controller);
      this.#pending.delete(pending);
    };
    const run = async (): Promise<void> => {
      try {
        await start({ signal: controller.signal, timeoutMs });
        onDone();
      } catch (error) {
        onFailed();
        const isExpected = controller.signal.aborted
          ? error === controller.signal.reason
          : timeoutMs < 100 && (error as { code?: unknown }).code === 'TimedOut';
        if (!isExpected) this.#errors.push(error);
      } finally {
        end();
      }
    };
    const pending = run();
    this.#pending.add(pending);
  }
}

function isEmptyFrom(first: number): (asked: Asked, number: number) => boolean {
  return ({ payload, state }, number) => number >= first && payload.length === 0 && state === 'sent';
}
