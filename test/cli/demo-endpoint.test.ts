import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DemoError } from '../../src/cli/demo/demo-error.ts';
import type { Signals } from '../../src/cli/demo/doorbell.ts';
import { Endpoint } from '../../src/cli/demo/endpoint.ts';
import {
  FlatRingMem,
  Full,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  PacketSize,
  RingRange,
  VmbusRingError,
} from '../../src/index.ts';

const RING_BYTES = 4096;
const PACKET = { transactionId: 1, size: 1000, typ: OutgoingPacketType.InBandNoCompletion } as const;
const PACKET_BYTES = PacketSize.inBand(PACKET.size);

type Ending = ReturnType<Signals['wait']>;

/**
 * An endpoint, and the other ends of its rings in the test's own hands. Where the endpoint would sleep, the test says what
 * its peer does meanwhile and how the sleep ends; nothing here depends on time.
 */
class Bench implements Signals {
  readonly read = new FlatRingMem(RING_BYTES);
  readonly written = new FlatRingMem(RING_BYTES);
  readonly peerOut: OutgoingRing;
  readonly peerIn: IncomingRing;
  readonly endpoint: Endpoint;
  rings = 0;
  sleeps = 0;
  /** Called when the endpoint asks how many signals have come: its last moment before it looks once more. */
  onCount: () => void = () => {};
  /** Called where the endpoint would sleep. */
  onSleep: (sleep: number) => Ending = () => assert.fail('it must not sleep');

  constructor() {
    this.peerOut = new OutgoingRing(this.read);
    this.peerIn = new IncomingRing(this.written);
    this.endpoint = new Endpoint(new IncomingRing(this.read), new OutgoingRing(this.written), this, 1234);
  }

  count(): number {
    this.onCount();
    return 77;
  }

  ring(): void {
    this.rings++;
  }

  wait(seen: number, timeoutMs: number): Ending {
    assert.equal(seen, 77);
    assert.equal(timeoutMs, 1234);
    return this.onSleep(this.sleeps++);
  }

  /** The peer sends a packet. Returns whether it has to signal. */
  send(): boolean {
    const offset = this.peerOut.outgoing();
    assert.ok(this.peerOut.write(offset, PACKET) instanceof RingRange);
    return this.peerOut.commitWrite(offset);
  }

  /** The peer takes `count` packets. Returns whether it has to signal. */
  take(count: number): boolean {
    const offset = this.peerIn.incoming();
    for (let i = 0; i < count; i++) assert.notEqual(this.peerIn.read(offset), null);
    return this.peerIn.commitRead(offset);
  }

  /** Fills the ring that the endpoint writes. Returns how many packets it took. */
  fill(): number {
    let sent = 0;
    while (!(this.endpoint.write(PACKET) instanceof Full)) sent++;
    return sent;
  }
}

describe('an endpoint that waits for a packet', () => {
  it('takes one that is there, without asking for signals', () => {
    const bench = new Bench();
    bench.send();
    bench.endpoint.wait(true, 0);
    assert.notEqual(bench.endpoint.read(), null);
    assert.equal(bench.read.control()[2], 1);
    assert.equal(bench.endpoint.counts.sleeps, 0);
  });

  it('sleeps unmasked, is due a signal, and masks again', () => {
    const bench = new Bench();
    bench.onSleep = () => {
      assert.equal(bench.read.control()[2], 0);
      assert.equal(bench.written.control()[3], 0);
      assert.equal(bench.send(), true);
      return 'ok';
    };
    bench.endpoint.wait(true, 0);
    assert.equal(bench.sleeps, 1);
    assert.equal(bench.read.control()[2], 1);
    assert.equal(bench.endpoint.counts.sleeps, 1);
    assert.equal(bench.endpoint.counts.sleepsForRoom, 0);
  });

  it('looks once more between asking for signals and its sleep', () => {
    const bench = new Bench();
    // The signal for this one comes before the count is read: the sleep would not end by it.
    bench.onCount = () => assert.equal(bench.send(), true);
    bench.endpoint.wait(true, 0);
    assert.equal(bench.sleeps, 0);
  });

  it('sleeps with nothing uncommitted', () => {
    const bench = new Bench();
    bench.send();
    assert.notEqual(bench.endpoint.read(), null);
    assert.ok(bench.endpoint.write(PACKET) instanceof RingRange);
    bench.onSleep = () => {
      assert.equal(bench.read.control()[1], PACKET_BYTES);
      assert.equal(bench.written.control()[0], PACKET_BYTES);
      // Had the read not been committed, the ring would not look empty, and no signal would be due.
      assert.equal(bench.send(), true);
      return 'ok';
    };
    bench.endpoint.wait(true, 0);
    assert.equal(bench.sleeps, 1);
  });

  it('goes back to sleep after a signal without a packet', () => {
    const bench = new Bench();
    bench.onSleep = (sleep) => {
      if (sleep === 2) bench.send();
      return sleep === 0 ? 'not-equal' : 'ok';
    };
    bench.endpoint.wait(true, 0);
    assert.equal(bench.sleeps, 3);
    // The first was none: a signal had come before it began.
    assert.equal(bench.endpoint.counts.sleeps, 2);
  });

  it('reports a mask that the peer has set', () => {
    const bench = new Bench();
    bench.onSleep = () => {
      bench.read.control()[2] = 1;
      return 'ok';
    };
    assert.throws(() => bench.endpoint.wait(true, 0), { name: 'VmbusRingError', code: 'InterruptsExternallyMasked' });
  });

  it('reports a corrupt ring', () => {
    const bench = new Bench();
    bench.onSleep = () => {
      bench.read.control()[0] = RING_BYTES;
      return 'ok';
    };
    assert.throws(() => bench.endpoint.wait(true, 0), VmbusRingError);
  });
});

describe('an endpoint that waits for room', () => {
  it('asks for a quarter of the ring, is due a signal when that is free, and withdraws the request', () => {
    const bench = new Bench();
    assert.equal(bench.fill(), 3);
    bench.onSleep = (sleep) => {
      assert.equal(bench.written.control()[3], RING_BYTES / 4);
      assert.equal(bench.read.control()[2], 1, 'it does not wait for packets: masked');
      assert.equal(bench.take(1), sleep === 0);
      return 'ok';
    };
    bench.endpoint.wait(false, PACKET_BYTES);
    assert.equal(bench.sleeps, 1);
    assert.equal(bench.written.control()[3], 0);
    assert.equal(bench.endpoint.counts.sleepsForRoom, 1);
    assert.ok(bench.endpoint.write(PACKET) instanceof RingRange);
  });

  it('asks for more than a quarter where its packet needs more', () => {
    const bench = new Bench();
    bench.fill();
    bench.onSleep = () => {
      assert.equal(bench.written.control()[3], 2048);
      assert.equal(bench.take(2), true);
      return 'ok';
    };
    bench.endpoint.wait(false, 2048);
    assert.equal(bench.sleeps, 1);
  });

  it('looks once more between asking and its sleep', () => {
    const bench = new Bench();
    bench.fill();
    bench.onCount = () => assert.equal(bench.take(1), true);
    bench.endpoint.wait(false, PACKET_BYTES);
    assert.equal(bench.sleeps, 0);
  });

  it('is woken by a packet as well, if it waits for both', () => {
    const bench = new Bench();
    bench.fill();
    bench.onSleep = () => {
      assert.equal(bench.read.control()[2], 0);
      assert.equal(bench.written.control()[3], RING_BYTES / 4);
      assert.equal(bench.send(), true);
      return 'ok';
    };
    bench.endpoint.wait(true, PACKET_BYTES);
    assert.equal(bench.sleeps, 1);
    assert.equal(bench.read.control()[2], 1);
    assert.equal(bench.written.control()[3], 0);
  });

  it('does not sleep where the peer would not wake it', () => {
    const bench = new Bench();
    bench.fill();
    bench.read.control()[16] = 0;
    assert.throws(() => bench.endpoint.wait(false, PACKET_BYTES), DemoError);
  });

  it('writes the packet that it waited for', () => {
    const bench = new Bench();
    bench.fill();
    bench.onSleep = () => {
      assert.equal(bench.take(3), true);
      return 'ok';
    };
    assert.ok(bench.endpoint.writeWhenRoom(PACKET) instanceof RingRange);
    assert.equal(bench.sleeps, 1);
    assert.equal(bench.endpoint.counts.packetsSent, 4);
  });
});

describe('a sleep that ends by time-out', () => {
  it('has lost a wake-up if work is there: there is no second chance', () => {
    for (const work of ['packet', 'room'] as const) {
      const bench = new Bench();
      bench.fill();
      bench.onSleep = () => {
        assert.equal(work === 'packet' ? bench.send() : bench.take(1), true);
        return 'timed-out';
      };
      bench.endpoint.wait(true, PACKET_BYTES);
      assert.equal(bench.sleeps, 1);
      assert.equal(bench.endpoint.counts.lostWakeUps, 1, work);
    }
  });

  it('has lost nothing if there was no work, and a signal comes later', () => {
    const bench = new Bench();
    bench.onSleep = (sleep) => {
      if (sleep === 1) bench.send();
      return sleep === 0 ? 'timed-out' : 'ok';
    };
    bench.endpoint.wait(true, 0);
    assert.equal(bench.sleeps, 2);
    assert.equal(bench.endpoint.counts.lostWakeUps, 0);
  });

  it('has lost nothing if there is room, but less than was asked for', () => {
    const bench = new Bench();
    const small = { ...PACKET, size: 8 };
    while (!(bench.endpoint.write(small) instanceof Full)) continue;
    bench.onSleep = () => {
      assert.equal(bench.take(2), false, 'no signal is due');
      return 'timed-out';
    };
    bench.endpoint.wait(false, PacketSize.inBand(8));
    assert.equal(bench.sleeps, 1);
    assert.equal(bench.endpoint.counts.lostWakeUps, 0);
  });

  it('is not repeated for ever', () => {
    const bench = new Bench();
    bench.onSleep = () => 'timed-out';
    assert.throws(() => bench.endpoint.wait(true, 0), /the peer is silent/);
    assert.equal(bench.sleeps, 30);
    assert.equal(bench.endpoint.counts.lostWakeUps, 0);
  });

  it('nor is one that a signal ends for nothing', () => {
    const bench = new Bench();
    bench.onSleep = () => 'ok';
    assert.throws(() => bench.endpoint.wait(true, 0), /the peer is silent/);
    assert.equal(bench.sleeps, 30);
  });
});

describe('the signals of an endpoint', () => {
  it('are sent when the rings ask for them and counted as saved when they do not', () => {
    const bench = new Bench();
    bench.peerIn.setInterruptMask(false);
    assert.ok(bench.endpoint.write(PACKET) instanceof RingRange);
    bench.endpoint.commitWrite();
    assert.equal(bench.rings, 1, 'the ring was empty and not masked');
    assert.ok(bench.endpoint.write(PACKET) instanceof RingRange);
    bench.endpoint.commitWrite();
    assert.equal(bench.rings, 1, 'the ring was not empty');
    bench.endpoint.commitWrite();
    bench.endpoint.commitRead();
    const { signalsSent, signalsSaved, packetsSent } = bench.endpoint.counts;
    assert.deepEqual({ signalsSent, signalsSaved, packetsSent }, { signalsSent: 1, signalsSaved: 1, packetsSent: 2 });
  });

  it('tell a writer that waits that there is room', () => {
    const bench = new Bench();
    const offset = bench.peerOut.outgoing();
    while (!(bench.peerOut.write(offset, PACKET) instanceof Full)) continue;
    bench.peerOut.commitWrite(offset);
    bench.peerOut.setPendingSendSize(PACKET_BYTES);
    assert.notEqual(bench.endpoint.read(), null);
    assert.equal(bench.rings, 0, 'not before the read is committed');
    bench.endpoint.commitRead();
    assert.equal(bench.rings, 1);
    assert.equal(bench.endpoint.counts.ringBytesReceived, PACKET_BYTES);
  });
});
