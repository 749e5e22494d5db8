import assert from 'node:assert/strict';
import { Full, type IncomingPacket, IncomingRing, OutgoingRing } from '../../src/index.ts';
import { decodePacket, listedCrc32 } from '../ring/listing.ts';
import { type ContractPacket, drawContractPackets, listingLine, outgoingPacketOf } from '../support/contract.ts';
import { Xorshift } from '../support/xorshift.ts';
import type { Pace } from './pace.ts';
import { firstDifference, type RingFile } from './ring-file.ts';

/** Packets a commit, at most. */
const BATCH_LIMIT = 16;

/** Batches after which events may come in. */
const TURN_BATCHES = 64;

/** The packets of the contract that go through a ring. */
export interface Traffic {
  readonly file: RingFile;
  readonly seed: number;
  readonly packetCount: number;
  readonly pace: Pace;
}

/** The line that a listing has for a packet of the contract. */
export function contractLine({ index, type, payload, setId, ranges }: ContractPacket): string {
  const transactionId = type === 'inband' ? null : BigInt(index);
  const crc32 = listedCrc32(payload);
  return listingLine({ index, type, transactionId, payloadBytes: payload.length, crc32, setId, ranges });
}

/** Throws unless what was read is the packet of the contract, to the last byte. */
export function checkPacket(ring: IncomingRing, got: IncomingPacket, want: ContractPacket): void {
  const { listed, payload } = decodePacket(ring, got, want.index);
  const at = firstDifference(payload, want.payload);
  assert.equal(at, -1, `packet ${want.index}, at ring offset ${got.offset}: its payload differs at byte ${at}`);
  assert.equal(listingLine(listed), contractLine(want));
}

/** Ends a batch now and then, at random, and lets the other direction and events have their turns. */
class Batches {
  readonly #random: Xorshift;
  readonly #pace: Pace;
  #left = 1;
  #count = 0;

  constructor({ seed, pace }: Traffic) {
    this.#random = new Xorshift(seed);
    this.#pace = pace;
  }

  /** One packet more. Whether the batch is to be published now. */
  isFull(): boolean {
    this.#pace.renew();
    if (--this.#left > 0) return false;
    this.#left = 1 + this.#random.below(BATCH_LIMIT);
    return true;
  }

  async turn(): Promise<void> {
    if (++this.#count % TURN_BATCHES === 0) await this.#pace.turn();
  }
}

/** Reads all packets, and compares each with the contract. */
export async function consumeContract(traffic: Traffic): Promise<void> {
  const { file, seed, packetCount, pace } = traffic;
  const ring = new IncomingRing(file.memory);
  const offset = ring.incoming();
  const batches = new Batches(traffic);
  for (const want of drawContractPackets(seed, packetCount)) {
    let got = ring.read(offset);
    for (; got === null; got = ring.read(offset)) {
      ring.commitRead(offset);
      await pace.wait(`packet ${want.index} is not there`);
    }
    checkPacket(ring, got, want);
    if (!batches.isFull()) continue;
    ring.commitRead(offset);
    await batches.turn();
  }
  ring.commitRead(offset);
  assert.equal(ring.read(offset), null, 'there are more packets than were to come');
}

/** Writes all packets, and returns the line that a listing has for each. */
export async function produceContract(traffic: Traffic): Promise<string[]> {
  const { file, seed, packetCount, pace } = traffic;
  const ring = new OutgoingRing(file.memory);
  const offset = ring.outgoing();
  const batches = new Batches(traffic);
  const lines: string[] = [];
  for (const packet of drawContractPackets(seed, packetCount)) {
    let range = ring.write(offset, outgoingPacketOf(packet));
    for (; range instanceof Full; range = ring.write(offset, outgoingPacketOf(packet))) {
      ring.commitWrite(offset);
      await pace.wait(`there is no room for packet ${packet.index}`);
    }
    range.writer(ring).write(packet.payload);
    lines.push(contractLine(packet));
    if (!batches.isFull()) continue;
    ring.commitWrite(offset);
    await batches.turn();
  }
  ring.commitWrite(offset);
  return lines;
}
