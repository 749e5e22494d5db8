import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BytePipeMover } from '../../bench/layers/byte-pipe-mover.ts';
import { CallMover } from '../../bench/layers/call-mover.ts';
import { MessagePipeMover } from '../../bench/layers/message-pipe-mover.ts';
import { MOVERS, WAYS } from '../../bench/layers/movers.ts';
import { QueueMover } from '../../bench/layers/queue-mover.ts';

/** The larger ones go around their rings more than once. */
const MESSAGES = 320;
const BATCH = 16;

describe('what the benchmark of layers measures', () => {
  for (const way of WAYS) {
    for (const batch of [1, BATCH]) {
      it(`${way}: moves messages, ${batch} at a time`, async () => {
        for (const payloadBytes of [8, 256, 4096]) {
          const mover = MOVERS.create(way, payloadBytes, batch);
          try {
            await mover.move(MESSAGES, true);
          } finally {
            mover.close?.();
          }
        }
      });
    }
  }

  for (const Mover of [QueueMover, MessagePipeMover]) {
    it(`${Mover.name}: a message is a packet, and a batch a commit`, () => {
      for (const batch of [1, BATCH]) {
        const mover = new Mover(8, batch);
        mover.move(MESSAGES, true);
        const { outgoing, signals } = mover.sender.inspect();
        assert.equal(outgoing.packets, MESSAGES);
        assert.equal(mover.receiver.inspect().incoming.packets, MESSAGES);
        assert.equal(signals.sent + signals.saved, MESSAGES / batch);
        mover.close();
      }
    });
  }

  it('CallMover: a call is a packet each way', async () => {
    const mover = new CallMover(8, BATCH);
    await mover.move(MESSAGES, true);
    const { outgoing, incoming } = mover.client.inspect();
    assert.deepEqual([outgoing.packets, incoming.packets], [MESSAGES, MESSAGES]);
    mover.close();
  });
});

describe('the benchmark of layers is found out', () => {
  /** Not the message 0, which would be the first. */
  const other = new Uint8Array(8).fill(7);

  it('where something else comes out of a queue', () => {
    const mover = new QueueMover(8, 1);
    mover.sender.tryWrite(other);
    assert.throws(() => mover.move(1, true), /message 0 is not what was sent/);
  });

  it('where something else comes out of a pipe', () => {
    const messages = new MessagePipeMover(8, BATCH);
    messages.sender.trySend(other);
    assert.throws(() => messages.move(BATCH, true), /message 0 is not what was sent/);

    const bytes = new BytePipeMover(8, BATCH);
    bytes.sender.tryWrite(other);
    assert.throws(() => bytes.move(BATCH, true), /message 0 is not what was sent/);
  });

  it('where a message of another length comes', () => {
    const mover = new MessagePipeMover(8, 1);
    mover.sender.trySend(other.subarray(1));
    assert.throws(() => mover.move(1, false), /message 0 has 7 bytes/);
  });

  it('where a call gets another answer', async () => {
    const mover = new CallMover(8, BATCH, ({ payload }) => payload.fill(7, 4));
    await assert.rejects(mover.move(BATCH, true), /message 0 is not what was sent/);
    mover.close();
  });
});
