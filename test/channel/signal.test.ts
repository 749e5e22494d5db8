import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSignals, EventSignal } from '../../src/index.ts';
import { CountedAbort } from './counted-abort.ts';
import { outcome, thrownBy } from './ends.ts';

describe('Signal', () => {
  it('does not lose what came before the wait', async () => {
    const [ours, theirs] = createSignals();
    const seen = ours.count();
    theirs.notify();
    theirs.notify();
    assert.equal(await ours.wait(seen), true);
    assert.equal(await ours.wait(ours.count(), { timeoutMs: 0 }), false);
    assert.equal(theirs.count(), 0, 'the other way has its own count');
  });

  it('ends a wait that is pending', async () => {
    const [ours, theirs] = createSignals();
    const pending = ours.wait(ours.count());
    assert.equal(await outcome(pending), 'pending');
    theirs.notify();
    assert.equal(await pending, true);
  });

  it('counts modulo 2^32', async () => {
    const [ours, theirs] = createSignals();
    const seen = ours.count();
    for (let i = 0; i < 5; i++) theirs.notify();
    assert.equal((ours.count() - seen) >>> 0, 5);
    assert.equal(await ours.wait(seen), true);
  });

  it('ends a wait with the reason of its abort signal, and listens to that no more', async () => {
    const [ours, theirs] = createSignals();
    const counted = new CountedAbort();
    const reason = { why: 'enough' };
    const pending = ours.wait(ours.count(), { signal: counted.signal });
    assert.equal(counted.listeners, 1);
    counted.controller.abort(reason);
    assert.equal(await thrownBy(() => pending), reason);
    assert.equal(counted.listeners, 0);
    assert.equal(await thrownBy(() => ours.wait(ours.count(), { signal: counted.signal })), reason);
    const fine = new CountedAbort();
    const ended = ours.wait(ours.count(), { signal: fine.signal, timeoutMs: 60_000 });
    theirs.notify();
    assert.equal(await ended, true);
    assert.equal(fine.listeners, 0);
  });

  it('rejects for a time that is none', async () => {
    const [ours] = createSignals();
    for (const timeoutMs of [-1, Number.NaN]) {
      const pending = ours.wait(0, { timeoutMs });
      assert.ok((await thrownBy(() => pending)) instanceof RangeError);
    }
  });

  it('waits for ever where timers cannot hold the time', async () => {
    const [ours, theirs] = createSignals();
    const pending = ours.wait(ours.count(), { timeoutMs: 2 ** 31 });
    await new Promise((resolve) => void setTimeout(resolve, 5));
    assert.equal(await outcome(pending), 'pending');
    theirs.close();
    assert.equal(await pending, true, 'closing signals');
  });

  for (const how of ['closed', 'died'] as const) {
    it(`ends all waits once the peer's end is ${how}`, async () => {
      const [ours] = createSignals();
      const pending = ours.wait(ours.count());
      ours.peerGone(how);
      assert.equal(await pending, false);
      assert.equal(ours.peerState, how);
      assert.equal(await ours.wait(ours.count()), false);
      ours.peerGone(how === 'closed' ? 'died' : 'closed');
      assert.equal(ours.peerState, how, 'what is first is true');
      assert.equal(ours.peerError().code, how === 'closed' ? 'PeerClosed' : 'PeerDied');
    });
  }

  it('ends a wait when its own end is closed', async () => {
    const [ours, theirs] = createSignals();
    const pending = ours.wait(ours.count());
    const seen = theirs.count();
    ours.close();
    assert.equal(await pending, false);
    assert.equal(await ours.wait(ours.count()), false);
    assert.equal(ours.state, 'closed');
    assert.equal(theirs.peerState, 'closed');
    assert.notEqual(theirs.count(), seen);
    const after = theirs.count();
    ours.close();
    assert.equal(theirs.count(), after, 'closed once, signalled once');
  });

  it('gives the place of one wait to the next', async () => {
    const [ours, theirs] = createSignals();
    const first = ours.wait(ours.count());
    const second = ours.wait(ours.count());
    assert.equal(await first, false);
    theirs.notify();
    assert.equal(await second, true);
  });

  it('cannot block where nobody could end that', () => {
    const [ours, theirs] = createSignals();
    const seen = ours.count();
    assert.throws(() => ours.waitSync(seen, 0), TypeError);
    theirs.notify();
    assert.equal(ours.waitSync(seen, 0), true);
  });
});

describe('EventSignal', () => {
  it('wakes the last listener, not from within, and not when it was taken back', async () => {
    const signal = new EventSignal(() => {});
    const woken: string[] = [];
    signal.listen(signal.count(), () => woken.push('first'));
    signal.listen(signal.count(), () => woken.push('second'));
    signal.raise();
    signal.raise();
    assert.equal(woken.length, 0);
    await outcome(Promise.resolve());
    assert.equal(woken.join(), 'second');
    signal.listen(signal.count(), () => woken.push('third'));
    signal.raise();
    signal.unlisten();
    await outcome(Promise.resolve());
    assert.equal(woken.join(), 'second');
    signal.listen(signal.count() - 1, () => woken.push('fourth'));
    assert.equal(woken.join(), 'second');
    await outcome(Promise.resolve());
    assert.equal(woken.join(), 'second,fourth');
  });

  it('is open on both ends unless it is told otherwise', () => {
    const signal = new EventSignal(() => {});
    assert.equal(signal.state, 'open');
    assert.equal(signal.peerState, 'open');
    const early = new EventSignal(() => {}, Int32Array.of(1, 0));
    assert.equal(early.peerState, 'unopened');
    const odd = new EventSignal(() => {}, Int32Array.of(1, 77));
    assert.equal(odd.peerState, 'died', 'whatever a peer puts there');
  });
});
