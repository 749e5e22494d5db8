import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Doorbell, DOORBELL_BYTES, type Signals } from './doorbell.ts';
import { FlatRingMem, IncomingRing, OutgoingPacketType, OutgoingRing, RingRange } from '../../src/index.ts';
import { LostWakeUp, Sleeper, type Wait } from './sleeper.ts';

// That a race without lost wake-ups is green says something only if a lost one is red. No time passes here: the test says
// how each wait ends, and what the peer does meanwhile.

type Ending = ReturnType<Signals['wait']>;

class Bench implements Signals {
  readonly memory: FlatRingMem = new FlatRingMem(4096);
  readonly outgoing: OutgoingRing = new OutgoingRing(this.memory);
  readonly incoming: IncomingRing = new IncomingRing(this.memory);
  readonly #offset = this.incoming.incoming();
  waits = 0;
  onWait: (wait: number) => Ending = () => assert.fail('it must not sleep');

  count(): number {
    return 5;
  }

  ring(): void {}

  wait(seen: number): Ending {
    assert.equal(seen, 5);
    return this.onWait(this.waits++);
  }

  /** Returns whether the reader is due a signal. */
  send(): boolean {
    const offset = this.outgoing.outgoing();
    const packet = { transactionId: 0, size: 0, typ: OutgoingPacketType.InBandNoCompletion };
    assert.ok(this.outgoing.write(offset, packet) instanceof RingRange);
    return this.outgoing.commitWrite(offset);
  }

  /** What a reader waits for. */
  get packet(): Wait {
    const canRead = (): boolean => this.incoming.canRead(this.#offset);
    return { arm: () => this.incoming.setInterruptMask(false), ready: canRead, due: canRead };
  }
}

function sleeperOf(bench: Signals, deadlineMs = Infinity): Sleeper {
  return new Sleeper(bench, deadlineMs);
}

describe("the races' sleeper", () => {
  it('counts a wake-up as lost at the first time-out that finds work', () => {
    const bench = new Bench();
    bench.onWait = () => {
      assert.equal(bench.send(), true, 'a signal is due');
      return 'timed-out';
    };
    assert.throws(() => sleeperOf(bench).sleep(bench.packet), LostWakeUp);
    assert.equal(bench.waits, 1, 'there is no second chance');
  });

  it('does so, too, where the signal was counted and woke nobody', () => {
    const memory = new SharedArrayBuffer(DOORBELL_BYTES);
    const bench = new Bench();
    const bell = new Doorbell(memory, 'reader');
    const counting: Signals = {
      count: () => bell.count(),
      ring: () => {},
      wait: () => {
        assert.equal(bench.send(), true);
        Atomics.add(new Int32Array(memory), 1, 1);
        assert.equal(bell.count(), 1);
        return 'timed-out';
      },
    };
    assert.throws(() => sleeperOf(counting).sleep(bench.packet), LostWakeUp);
  });

  it('has lost nothing where a time-out finds no work and a signal comes then', () => {
    const bench = new Bench();
    bench.onWait = (wait) => {
      if (wait === 1) bench.send();
      return wait === 0 ? 'timed-out' : 'ok';
    };
    const sleeper = sleeperOf(bench);
    sleeper.sleep(bench.packet);
    assert.deepEqual([bench.waits, sleeper.sleeps, sleeper.spared], [2, 1, 0]);
  });

  it('has lost nothing where there is room, but less than it asked for', () => {
    const bench = new Bench();
    bench.onWait = (wait) => (wait === 0 ? 'timed-out' : 'ok');
    sleeperOf(bench).sleep({ arm: () => {}, ready: () => bench.waits > 0, due: () => false });
    assert.equal(bench.waits, 2);
  });

  it('does not sleep where work came before it asked for a signal', () => {
    const bench = new Bench();
    bench.send();
    const sleeper = sleeperOf(bench);
    sleeper.sleep(bench.packet);
    assert.deepEqual([sleeper.sleeps, sleeper.spared], [0, 1]);
  });

  it('does not sleep past its deadline', () => {
    const bench = new Bench();
    bench.onWait = () => 'timed-out';
    assert.throws(() => sleeperOf(bench, 0).sleep(bench.packet), /the time limit of this phase has passed/);
    assert.equal(bench.waits, 1);
  });
});
