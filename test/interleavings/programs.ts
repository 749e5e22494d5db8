import assert from 'node:assert/strict';
import {
  Full,
  IncomingPacket,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  PacketSize,
  receiveInto,
  sendFrom,
} from '../../src/index.ts';
import { type Exploration, explore, RING_BYTES } from './explore.ts';
import type { Program, Signals } from './fiber.ts';
import type { Fault } from './planted.ts';
import type { Kind, SteppedMemory } from './stepped-memory.ts';

/** What a side does before it sleeps: ask for a signal, then look once more, as the protocol has it; or what does not do. */
export type BeforeSleep = 'ask, look' | 'look, ask' | 'ask' | 'look';

export interface Options {
  /** Packets in all, and of each commit. */
  readonly packets: number;
  readonly batch?: number;
  /** Of payload. By `OutgoingRing` and `IncomingRing` themselves, nobody writes it or looks at it. */
  readonly payloadBytes?: number;
  /** Of room in the ring, which a packet that is there already fills but for this. */
  readonly roomBytes?: number;
  /** Each packet by `sendFrom` and `receiveInto`, with its payload out of an array and into one. */
  readonly direct?: boolean;
  /** Control words and copies by WebAssembly; the arrays then lie in the memory. */
  readonly kind?: Kind;
  readonly fault?: Fault;
  readonly beforeSleep?: BeforeSleep;
}

/** Every interleaving of a writer and a reader that do this. */
export function run(writer: Options, reader: Options = writer): Exploration {
  const filledBytes = writer.roomBytes === undefined ? 0 : RING_BYTES - 8 - writer.roomBytes;
  const write = writer.direct === true ? sendAll(writer) : writeAll(writer);
  const read = reader.direct === true ? receiveAll(reader) : readAll(reader);
  return explore({ writer: write, reader: read }, { filledBytes });
}

function sleep(before: BeforeSleep, ask: () => void, isReady: () => boolean, wait: () => void): void {
  if (before === 'ask, look' || before === 'ask') ask();
  const isAwake = before !== 'ask' && isReady();
  if (before === 'look, ask') ask();
  if (!isAwake) wait();
}

function arrayFor(memory: SteppedMemory, { kind }: Options, bytes: number): Uint8Array {
  return kind === 'wasm' ? memory.arrayIn(bytes) : new Uint8Array(bytes);
}

/** A writer that sleeps where there is no room. */
function openWriter({ memory }: SteppedMemory, signals: Signals, options: Options) {
  const { payloadBytes = 8, fault, beforeSleep = 'ask, look' } = options;
  const ring = new OutgoingRing(memory);
  fault?.writer?.(ring);
  const offset = ring.outgoing();
  const needed = PacketSize.inBand(payloadBytes);
  const sleepUntilRoom = (): void => {
    const ask = (): void => ring.setPendingSendSize(needed);
    sleep(beforeSleep, ask, () => ring.canWrite(offset, needed), signals.wait);
    ring.setPendingSendSize(0);
  };
  const packet = (id: number) => {
    return { transactionId: id, size: payloadBytes, typ: OutgoingPacketType.InBandWithCompletion };
  };
  return { ring, offset, payloadBytes, packet, sleepUntilRoom };
}

/** Sends packets, publishes each batch. */
function writeAll(options: Options): Program {
  const program: Program['run'] = (memory, signals) => {
    const { ring, offset, packet, sleepUntilRoom } = openWriter(memory, signals, options);
    const { packets, batch = 1 } = options;
    const publish = (): void => {
      if (ring.commitWrite(offset)) signals.signal();
    };
    for (let i = 1; i <= packets; i++) {
      while (ring.write(offset, packet(i)) instanceof Full) {
        publish();
        sleepUntilRoom();
      }
      if (i % batch === 0 || i === packets) publish();
    }
  };
  return { kind: options.kind ?? 'javascript', run: program };
}

/** Sends packets, each in one call. */
function sendAll(options: Options): Program {
  const program: Program['run'] = (memory, signals) => {
    const { ring, offset, payloadBytes, packet, sleepUntilRoom } = openWriter(memory, signals, options);
    const payload = arrayFor(memory, options, payloadBytes);
    // Only arrays that were seen twice go the fast way.
    for (let i = 0; i < 2; i++) memory.memory.window!.source.see(payload);
    for (let i = 1; i <= options.packets; i++) {
      payload.fill(i);
      for (;;) {
        const sent = sendFrom(ring, offset, packet(i), payload);
        if (sent === true) signals.signal();
        if (!(sent instanceof Full)) break;
        sleepUntilRoom();
      }
    }
  };
  return { kind: options.kind ?? 'javascript', run: program };
}

/** A reader that sleeps where there is no packet, and has read the one that was there already. */
function openReader({ memory }: SteppedMemory, signals: Signals, options: Options) {
  const { roomBytes, fault, beforeSleep = 'ask, look' } = options;
  const ring = new IncomingRing(memory);
  fault?.reader?.(ring);
  const offset = ring.incoming();
  const sleepUntilPacket = (): void => {
    const ask = (): void => ring.setInterruptMask(false);
    sleep(beforeSleep, ask, () => ring.canRead(offset), signals.wait);
    ring.setInterruptMask(true);
  };
  const giveBack = (): void => {
    if (ring.commitRead(offset)) signals.signal();
  };
  if (roomBytes !== undefined) {
    assert.ok(ring.read(offset) !== null);
    giveBack();
  }
  return { ring, offset, giveBack, sleepUntilPacket };
}

/** Receives packets in order, gives each batch back. */
function readAll(options: Options): Program {
  const program: Program['run'] = (memory, signals) => {
    const { ring, offset, giveBack, sleepUntilPacket } = openReader(memory, signals, options);
    const { packets, batch = 1 } = options;
    for (let i = 1; i <= packets; i++) {
      let packet = ring.read(offset);
      while (packet === null) {
        giveBack();
        sleepUntilPacket();
        packet = ring.read(offset);
      }
      assert.equal(packet.transactionId, BigInt(i), 'another packet than the next one');
      if (i % batch === 0) giveBack();
    }
  };
  return { kind: options.kind ?? 'javascript', run: program };
}

/** Receives packets in order, each in one call. */
function receiveAll(options: Options): Program {
  const program: Program['run'] = (memory, signals) => {
    const { ring, offset, sleepUntilPacket } = openReader(memory, signals, options);
    const { packets, payloadBytes = 8 } = options;
    const target = arrayFor(memory, options, Math.ceil(payloadBytes / 8) * 8);
    const packet = new IncomingPacket();
    for (let i = 0; i < 2; i++) memory.memory.window!.target.see(target);
    for (let i = 1; i <= packets; i++) {
      for (;;) {
        const received = receiveInto(ring, offset, packet, target);
        if (received === true) signals.signal();
        if (received !== null) break;
        sleepUntilPacket();
      }
      assert.equal(packet.transactionId, BigInt(i), 'another packet than the next one');
      assert.deepEqual(target.subarray(0, payloadBytes), new Uint8Array(payloadBytes).fill(i), 'another payload');
    }
  };
  return { kind: options.kind ?? 'javascript', run: program };
}
