import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { END_DIED, END_OPEN } from '../../src/channel/signal.ts';
import {
  Channel,
  FlatRingMem,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  Queue,
  RingRange,
  Signal,
  type SignalInspection,
} from '../../src/index.ts';

const RING_BYTES = 4096;
const PEER = 1;

/**
 * A queue, and the other ends of its rings in the test's own hands. Where the queue would sleep, the test says what its peer does
 * meanwhile and whether a signal ends the sleep: no time passes here.
 */
class Bench extends Signal {
  override readonly source = null;
  readonly read = new FlatRingMem(RING_BYTES);
  readonly written = new FlatRingMem(RING_BYTES);
  readonly peerOut = new OutgoingRing(this.read);
  readonly peerIn = new IncomingRing(this.written);
  readonly queue: Queue;
  sleeps = 0;
  #signals = 0;
  /** For each sleep, what the peer does: true if it signals. */
  #script: (() => boolean)[] = [];

  constructor() {
    super(Int32Array.of(END_OPEN, END_OPEN), 0);
    this.queue = new Queue(new Channel({ incoming: this.read, outgoing: this.written, signal: this }));
  }

  asleep(...script: (() => boolean)[]): this {
    this.#script = script;
    return this;
  }

  override notify(): void {}

  override listen(): void {}

  override unlisten(): void {}

  override count(): number {
    return this.#signals;
  }

  override waitSync(seen: number): boolean {
    assert.equal(seen, this.#signals);
    const sleep = this.#script[this.sleeps++];
    assert.ok(sleep !== undefined, 'it must not sleep again');
    if (sleep()) this.#signals++;
    return seen !== this.#signals;
  }

  /** The peer sends a packet, and has to signal. */
  send(): void {
    const offset = this.peerOut.outgoing();
    const packet = { transactionId: 0, size: 8, typ: OutgoingPacketType.InBandNoCompletion };
    assert.ok(this.peerOut.write(offset, packet) instanceof RingRange);
    assert.equal(this.peerOut.commitWrite(offset), true, 'a signal is due');
  }

  /** The peer takes `count` packets. Returns whether it has to signal. */
  take(count: number): boolean {
    const offset = this.peerIn.incoming();
    for (let i = 0; i < count; i++) assert.notEqual(this.peerIn.read(offset), null);
    return this.peerIn.commitRead(offset);
  }

  /** Fills the ring that the queue writes, with packets of this payload. */
  fill(payloadBytes: number): void {
    while (this.queue.tryWrite(new Uint8Array(payloadBytes))) continue;
  }

  get signals(): SignalInspection {
    return this.queue.inspect().signals;
  }

  /** How many signals were lost, in how many sleeps. */
  check(lost: number, sleeps: number): void {
    assert.deepEqual([this.signals.lost, this.sleeps], [lost, sleeps]);
  }
}

const nothing = (): boolean => false;
const onlySignal = (): boolean => true;

describe('a signal is lost', () => {
  it('where a packet came, and no signal after another sleep', () => {
    const bench = new Bench();
    const sendSilently = (): boolean => {
      bench.send();
      return false;
    };
    bench.asleep(sendSilently, nothing).queue.readSync();
    bench.check(1, 2);
    assert.equal(bench.signals.received, 0);
    bench.asleep(nothing, nothing, nothing, sendSilently, nothing).queue.readBatchSync();
    bench.check(2, 5);
  });

  it('where there is as much room as was asked for, and no signal after another sleep', () => {
    const bench = new Bench();
    bench.fill(1000);
    const takeSilently = (): boolean => {
      assert.equal(bench.take(1), true, 'a signal is due');
      return false;
    };
    bench.asleep(takeSilently, nothing).queue.writeSync(new Uint8Array(1000));
    bench.check(1, 2);
  });
});

describe('no signal is lost', () => {
  it('where it is late', () => {
    const bench = new Bench();
    const sendSilently = (): boolean => {
      bench.send();
      return false;
    };
    bench.asleep(sendSilently, onlySignal).queue.readSync();
    bench.check(0, 2);
    assert.deepEqual([bench.signals.received, bench.signals.spurious], [1, 0]);
  });

  it('where there was nothing to do before it came', () => {
    const bench = new Bench();
    const sendAndSignal = (): boolean => {
      bench.send();
      return true;
    };
    bench.asleep(nothing, nothing, sendAndSignal).queue.readSync();
    bench.check(0, 3);
  });

  it('where there is room, but less than was asked for', () => {
    const bench = new Bench();
    bench.fill(8);
    bench.asleep(() => bench.take(2)).queue.writeSync(new Uint8Array(8));
    bench.check(0, 1);
  });

  it('where the peer does not say that it signals a writer that waits', () => {
    const bench = new Bench();
    bench.fill(1000);
    bench.read.control()[16] = 0;
    const takeSilently = (): boolean => {
      bench.take(3);
      return false;
    };
    bench.asleep(nothing, takeSilently).queue.writeSync(new Uint8Array(1000));
    bench.check(0, 2);
  });

  it('where the peer died between the packet and its signal', () => {
    const bench = new Bench();
    const sendSilently = (): boolean => {
      bench.send();
      return false;
    };
    const die = (): boolean => {
      bench.states[PEER] = END_DIED;
      return false;
    };
    bench.asleep(sendSilently, die).queue.readSync();
    bench.check(0, 2);
    assert.throws(() => bench.queue.readSync(), { name: 'ChannelError', code: 'PeerDied' });
  });

  it('where the peer died without a packet', () => {
    const bench = new Bench();
    const die = (): boolean => {
      bench.states[PEER] = END_DIED;
      return false;
    };
    assert.throws(() => bench.asleep(die).queue.readSync(), { name: 'ChannelError', code: 'PeerDied' });
    bench.check(0, 1);
  });

  it('where the caller gives too little time to tell', () => {
    const bench = new Bench();
    const sendSilently = (): boolean => {
      bench.send();
      return false;
    };
    bench.asleep(sendSilently).queue.readSync(400);
    bench.check(0, 1);
  });
});
