// One end of a channel under stress: sends numbered packets and checks those that come, both at once, with random sizes, random
// pauses, and waits that are given up at random; blocking or asynchronous. Used by `test/stress/`.
import { parentPort, workerData } from 'node:worker_threads';
import type { ChannelHandle, PacketRef, Queue, SignalInspection } from '../../../src/index.ts';
import { padded } from '../../suites/bytes.ts';
import { Xorshift } from '../../support/xorshift.ts';
import { LostSignals } from './lost-signals.ts';

export interface TraderTask {
  readonly handle: ChannelHandle;
  readonly blocking: boolean;
  /** Packets each way; without end if that is 0. */
  readonly packets: number;
  /** Of what this end sends, and of what the other one does. */
  readonly seeds: readonly [number, number];
  /** `false` where the thread is to do without `Atomics.waitAsync`. */
  readonly waitAsync: boolean;
  /** Packets that were read, for whoever shows progress. */
  readonly progress: Int32Array;
}

/** What became of it. */
export interface TradeReport {
  readonly sent: number;
  readonly received: number;
  /** Waits that were given up. */
  readonly givenUp: number;
  /** Signals that were due and did not come. */
  readonly lost: number;
  /** Code of the error that ended it, if any; what must not be is an error of the worker. */
  readonly endedBy: string | null;
  readonly signals: SignalInspection;
}

/** Most packets are small; some take much of a small ring. */
const SMALL_BYTES = 64;
const LARGE_BYTES = 1900;

/** Who waits longer than that waits for what never comes. */
const HANG_MS = 20_000;

/** Turns of an empty loop in a pause, at most. */
const PAUSE_TURNS = 3000;

class Trade {
  sent = 0;
  received = 0;
  givenUp = 0;
  readonly #queue: Queue;
  readonly #task: TraderTask;
  readonly #chance: Xorshift;
  readonly #outgoing: () => Uint8Array;
  readonly #incoming: () => Uint8Array;

  constructor(queue: Queue, task: TraderTask) {
    this.#queue = queue;
    this.#task = task;
    this.#chance = new Xorshift(task.seeds[0] ^ 0x5bd1e995);
    this.#outgoing = payloadsOf(task.seeds[0]);
    this.#incoming = payloadsOf(task.seeds[1]);
  }

  async sendAll(): Promise<void> {
    const queue = this.#queue;
    for (; !this.#isDone(this.sent); this.sent++) {
      const payload = this.#outgoing();
      await this.#patiently((options) => queue.write(payload, options));
      this.#pause();
    }
  }

  async receiveAll(): Promise<void> {
    const queue = this.#queue;
    while (!this.#isDone(this.received)) {
      if (this.#chance.below(4) === 0) {
        await this.#patiently((options) => queue.readBatch(options).then((batch) => this.#takeBatch(batch)));
      } else {
        await this.#patiently((options) => queue.read(options).then((packet) => this.#check(packet)));
      }
      this.#pause();
    }
    queue.reader.release();
  }

  /** One after the other: only one of the two can block at a time, and neither for long. */
  tradeBlocking(): void {
    const queue = this.#queue;
    let payload: Uint8Array | null = null;
    while (!this.#isDone(this.sent) || !this.#isDone(this.received)) {
      for (let burst = this.#chance.below(20); burst > 0 && !this.#isDone(this.sent); burst--) {
        payload ??= this.#outgoing();
        // Whoever blocks for room while the peer does the same would wait for ever: that is the callers' to avoid.
        if (!this.#attempt(() => queue.writer.writeSync(payload!, this.#patienceMs()))) break;
        payload = null;
        this.sent++;
      }
      for (let burst = this.#chance.below(20); burst > 0 && !this.#isDone(this.received); burst--) {
        const timeoutMs = this.#isDone(this.sent) ? HANG_MS : this.#patienceMs();
        if (!this.#attempt(() => this.#check(queue.readSync(timeoutMs)), timeoutMs === HANG_MS)) break;
      }
      this.#pause();
    }
    queue.reader.release();
  }

  /** Now and then a sleep, else a look. */
  #patienceMs(): number {
    return this.#chance.below(16) === 0 ? this.#chance.below(3) : 0;
  }

  #isDone(count: number): boolean {
    return this.#task.packets > 0 && count >= this.#task.packets;
  }

  /** False where time was over. */
  #attempt(operation: () => void, mustNotEnd = false): boolean {
    try {
      operation();
      return true;
    } catch (error) {
      if (mustNotEnd || (error as { code?: string }).code !== 'TimedOut') throw error;
      this.givenUp++;
      return false;
    }
  }

  /** Gives the operation up at random moments, and starts it again. */
  async #patiently(operate: (options: { signal?: AbortSignal; timeoutMs?: number }) => Promise<void>): Promise<void> {
    for (;;) {
      const way = this.#chance.below(64);
      if (way > 1) return await operate({ timeoutMs: HANG_MS });
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(controller), 0);
      try {
        return await operate(way === 0 ? { signal: controller.signal } : { timeoutMs: this.#chance.below(2) });
      } catch (error) {
        if (error !== controller && (error as { code?: string }).code !== 'TimedOut') throw error;
        this.givenUp++;
      } finally {
        clearTimeout(timer);
      }
    }
  }

  #takeBatch(batch: Iterable<PacketRef> & { commit(): void }): void {
    let room = 1 + this.#chance.below(16);
    for (const packet of batch) {
      this.#check(packet);
      if (--room === 0 || this.#isDone(this.received)) break;
    }
    batch.commit();
  }

  #check(packet: PacketRef): void {
    const actual = packet.readAll();
    const expected = padded(this.#incoming());
    if (Buffer.compare(actual, expected) !== 0) {
      throw new Error(`packet ${this.received}: expected ${String(expected)}, got ${String(actual)}`);
    }
    this.received++;
    Atomics.add(this.#task.progress, 0, 1);
  }

  #pause(): void {
    if (this.#chance.below(32) !== 0) return;
    for (let turns = this.#chance.below(PAUSE_TURNS); turns > 0; turns--) this.#chance.next();
  }
}

/** Packets that nobody mistakes for others: each has its number, and a piece of a long row of random bytes. */
function payloadsOf(seed: number): () => Uint8Array {
  const random = new Xorshift(seed);
  const row = random.bytes(1 << 16);
  let number = 0;
  return () => {
    const length = 8 + random.below(random.below(16) === 0 ? LARGE_BYTES : SMALL_BYTES);
    const from = random.below(row.length - length);
    const packet = row.slice(from, from + length);
    new DataView(packet.buffer).setUint32(0, number++, true);
    return packet;
  };
}

const PEER_GONE = new Set(['PeerClosed', 'PeerDied']);

async function trade(task: TraderTask): Promise<TradeReport> {
  if (!task.waitAsync) Reflect.deleteProperty(Atomics, 'waitAsync');
  const { openChannel, Queue: QueueOf } = await import('../../../src/index.ts');
  const queue = new QueueOf(openChannel(task.handle));
  const lost = new LostSignals(queue);
  const dealing = new Trade(queue, task);
  let endedBy: string | null = null;
  try {
    if (task.blocking) dealing.tradeBlocking();
    else await Promise.all([dealing.sendAll(), dealing.receiveAll()]);
    // The other one may still be at it, and reads what it was sent before it sees that this end is closed.
    queue.close();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined || !PEER_GONE.has(code)) throw error;
    endedBy = code;
  }
  const { signals } = queue.inspect();
  const { sent, received, givenUp } = dealing;
  return { sent, received, givenUp, lost: lost.count, endedBy, signals };
}

parentPort!.postMessage(await trade(workerData as TraderTask));
