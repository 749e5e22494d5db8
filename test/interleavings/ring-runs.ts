import assert from 'node:assert/strict';
import {
  Full,
  IncomingPacket,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  receiveInto,
  sendFrom,
} from '../../src/index.ts';
import type { AccessPlan } from './access-plan.ts';
import { type Exploration, explore } from './explore.ts';
import type { Program, Surroundings } from './fiber.ts';
import { RING_BYTES } from './layout.ts';
import type { Fault } from './planted.ts';
import type { Kind } from './stepped-memory.ts';
import { World } from './world.ts';

/** What a side does before it sleeps: ask for a signal, then look once more, as the protocol has it; or what does not do. */
export type BeforeSleep = 'ask, look' | 'look, ask' | 'ask' | 'look';

export interface Options {
  /** Packets in all, and of each commit. */
  readonly packets: number;
  readonly batch?: number;
  /** Of payload. By `OutgoingRing` and `IncomingRing` themselves, nobody writes it or looks at it. */
  readonly payloadBytes?: number;
  /** The same for each packet, where they differ. */
  readonly sizes?: readonly number[];
  /** Where the ring begins, empty. */
  readonly start?: number;
  /** Of room in the ring, which a packet that is there already fills but for this. */
  readonly roomBytes?: number;
  /** Each packet by `sendFrom` and `receiveInto`, with its payload out of an array and into one. */
  readonly direct?: boolean;
  /** Control words and copies by WebAssembly; the arrays then lie in the memory. */
  readonly kind?: Kind;
  readonly fault?: Fault;
  readonly plan?: AccessPlan;
  readonly preemptions?: number;
  readonly beforeSleep?: BeforeSleep;
}

/** Every interleaving of a writer and a reader that do this. */
export function runRing(writer: Options, reader: Options = writer): Exploration {
  const world = new World();
  if (writer.roomBytes !== undefined) world.fill(0, RING_BYTES - 8 - writer.roomBytes);
  if (writer.start !== undefined) world.begin(0, writer.start);
  const write = writer.direct === true ? sendAll(writer) : writeAll(writer);
  const read = reader.direct === true ? receiveAll(reader) : readAll(reader);
  const { preemptions } = writer;
  return explore([write, read], { world, ...(preemptions === undefined ? {} : { preemptions }) });
}

function asProgram({ kind = 'javascript', fault, plan }: Options, run: Program['run']): Program {
  const judgesSignals = fault === undefined || fault.isSignal === true;
  return { kind, judgesSignals, run, ...(plan === undefined ? {} : { plan }) };
}

function sleep(before: BeforeSleep, ask: () => void, isReady: () => boolean, wait: () => void): void {
  if (before === 'ask, look' || before === 'ask') ask();
  const isAwake = before !== 'ask' && isReady();
  if (before === 'look, ask') ask();
  if (!isAwake) wait();
}

/** A writer that sleeps where there is no room. */
function openWriter({ memory, wait }: Surroundings, options: Options) {
  const { payloadBytes = 8, sizes, fault, beforeSleep = 'ask, look' } = options;
  const ring = new OutgoingRing(memory.ring(0));
  fault?.writer?.(ring);
  const offset = ring.outgoing();
  const sleepUntilRoom = ({ size: needed }: Full): void => {
    const ask = (): void => ring.setPendingSendSize(needed);
    sleep(beforeSleep, ask, () => ring.canWrite(offset, needed), wait);
    ring.setPendingSendSize(0);
  };
  const packet = (id: number) => {
    const size = sizes?.[id - 1] ?? payloadBytes;
    return { transactionId: id, size, typ: OutgoingPacketType.InBandWithCompletion };
  };
  return { ring, offset, payloadBytes, packet, sleepUntilRoom };
}

/** Sends packets, publishes each batch. */
function writeAll(options: Options): Program {
  const program: Program['run'] = (surroundings) => {
    const { ring, offset, packet, sleepUntilRoom } = openWriter(surroundings, options);
    const { packets, batch = 1 } = options;
    const publish = (): void => {
      if (ring.commitWrite(offset)) surroundings.signal();
    };
    for (let i = 1; i <= packets; i++) {
      for (;;) {
        const range = ring.write(offset, packet(i));
        if (!(range instanceof Full)) break;
        publish();
        sleepUntilRoom(range);
      }
      if (i % batch === 0 || i === packets) publish();
    }
  };
  return asProgram(options, program);
}

/** Sends packets, each in one call. */
function sendAll(options: Options): Program {
  const program: Program['run'] = (surroundings) => {
    const { ring, offset, payloadBytes, packet, sleepUntilRoom } = openWriter(surroundings, options);
    const payload = surroundings.memory.array(payloadBytes);
    // Only arrays that were seen twice go the fast way.
    for (let i = 0; i < 2; i++) ring.inner.window?.source.see(payload);
    for (let i = 1; i <= options.packets; i++) {
      payload.fill(i);
      for (;;) {
        const sent = sendFrom(ring, offset, packet(i), payload);
        if (sent === true) surroundings.signal();
        if (!(sent instanceof Full)) break;
        sleepUntilRoom(sent);
      }
    }
  };
  return asProgram(options, program);
}

/** A reader that sleeps where there is no packet, and has read the one that was there already. */
function openReader({ memory, signal, wait }: Surroundings, options: Options) {
  const { roomBytes, fault, beforeSleep = 'ask, look' } = options;
  const ring = new IncomingRing(memory.ring(0));
  fault?.reader?.(ring);
  const offset = ring.incoming();
  const sleepUntilPacket = (): void => {
    const ask = (): void => ring.setInterruptMask(false);
    sleep(beforeSleep, ask, () => ring.canRead(offset), wait);
    ring.setInterruptMask(true);
  };
  const giveBack = (): void => {
    if (ring.commitRead(offset)) signal();
  };
  if (roomBytes !== undefined) {
    assert.ok(ring.read(offset) !== null);
    giveBack();
  }
  return { ring, offset, giveBack, sleepUntilPacket };
}

/** Receives packets in order, gives each batch back. */
function readAll(options: Options): Program {
  const program: Program['run'] = (surroundings) => {
    const { ring, offset, giveBack, sleepUntilPacket } = openReader(surroundings, options);
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
  return asProgram(options, program);
}

/** Receives packets in order, each in one call. */
function receiveAll(options: Options): Program {
  const program: Program['run'] = (surroundings) => {
    const { ring, offset, sleepUntilPacket } = openReader(surroundings, options);
    const { packets, payloadBytes = 8 } = options;
    const target = surroundings.memory.array(Math.ceil(payloadBytes / 8) * 8);
    const packet = new IncomingPacket();
    for (let i = 0; i < 2; i++) ring.inner.window?.target.see(target);
    for (let i = 1; i <= packets; i++) {
      for (;;) {
        const received = receiveInto(ring, offset, packet, target);
        if (received === true) surroundings.signal();
        if (received !== null) break;
        sleepUntilPacket();
      }
      assert.equal(packet.transactionId, BigInt(i), 'another packet than the next one');
      assert.deepEqual(target.subarray(0, payloadBytes), new Uint8Array(payloadBytes).fill(i), 'another payload');
    }
  };
  return asProgram(options, program);
}
