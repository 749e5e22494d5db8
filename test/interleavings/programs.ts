import assert from 'node:assert/strict';
import { Full, IncomingRing, OutgoingPacketType, OutgoingRing, PacketSize } from '../../src/index.ts';
import { type Exploration, explore } from './explore.ts';
import type { Program } from './fiber.ts';
import type { Fault } from './planted.ts';

/** What a side does before it sleeps: ask for a signal, then look once more, as the protocol has it; or what does not do. */
export type BeforeSleep = 'ask, look' | 'look, ask' | 'ask' | 'look';

export interface Options {
  /** Packets in all, and of each commit. */
  readonly packets: number;
  readonly batch?: number;
  /** Of payload, which nobody writes or looks at: of a packet of 1800 bytes, two fit into a ring of 4096. */
  readonly payloadBytes?: number;
  readonly fault?: Fault;
  readonly beforeSleep?: BeforeSleep;
}

function sleep(before: BeforeSleep, ask: () => void, isReady: () => boolean, wait: () => void): void {
  if (before === 'ask, look' || before === 'ask') ask();
  const isAwake = before !== 'ask' && isReady();
  if (before === 'look, ask') ask();
  if (!isAwake) wait();
}

/** Every interleaving of a writer and a reader that do this. */
export function run(writer: Options, reader: Options): Exploration {
  return explore({ writer: writeAll(writer), reader: readAll(reader) });
}

/** Sends packets, publishes each batch, and sleeps where there is no room. */
function writeAll({ packets, batch = 1, payloadBytes = 8, fault, beforeSleep = 'ask, look' }: Options): Program {
  return (memory, signals) => {
    const ring = new OutgoingRing(memory);
    fault?.writer?.(ring);
    const offset = ring.outgoing();
    const needed = PacketSize.inBand(payloadBytes);
    const publish = (): void => {
      if (ring.commitWrite(offset)) signals.signal();
    };
    for (let i = 0; i < packets; i++) {
      const packet = { transactionId: i + 1, size: payloadBytes, typ: OutgoingPacketType.InBandWithCompletion };
      while (ring.write(offset, packet) instanceof Full) {
        publish();
        sleep(
          beforeSleep,
          () => ring.setPendingSendSize(needed),
          () => ring.canWrite(offset, needed),
          signals.wait,
        );
        ring.setPendingSendSize(0);
      }
      if ((i + 1) % batch === 0 || i + 1 === packets) publish();
    }
  };
}

/** Receives packets in order, gives each batch back, and sleeps where there is none. */
function readAll({ packets, batch = 1, fault, beforeSleep = 'ask, look' }: Options): Program {
  return (memory, signals) => {
    const ring = new IncomingRing(memory);
    fault?.reader?.(ring);
    const offset = ring.incoming();
    const giveBack = (): void => {
      if (ring.commitRead(offset)) signals.signal();
    };
    for (let i = 0; i < packets; i++) {
      let packet = ring.read(offset);
      while (packet === null) {
        giveBack();
        sleep(
          beforeSleep,
          () => ring.setInterruptMask(false),
          () => ring.canRead(offset),
          signals.wait,
        );
        ring.setInterruptMask(true);
        packet = ring.read(offset);
      }
      assert.equal(packet.transactionId, BigInt(i + 1), 'another packet than the next one');
      if ((i + 1) % batch === 0) giveBack();
    }
  };
}
