import assert from 'node:assert/strict';
import {
  type IncomingPacket,
  type OutgoingPacket,
  OutgoingPacketType,
  PagedRange,
  readGpaRanges,
  readTransferPageRanges,
  type Ring,
  type RingRange,
  type TransferPageRange,
} from '../../src/index.ts';

const PAGE_BYTES = 4096;
const GOLDEN = 0x9e37_79b9;

/** A hash of the packet's number that all the rest of the packet is made of. */
function hashOf(seed: number, index: number): number {
  let hash = Math.imul(index + 1, GOLDEN) ^ seed;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}

function wordOf(hash: number, at: number): number {
  return Math.imul(hash ^ Math.imul(at + 1, GOLDEN), 0x85eb_ca6b);
}

type Kind = 'InBandNoCompletion' | 'InBandWithCompletion' | 'Completion' | 'GpaDirect' | 'TransferPages';

/** Mostly those that carry nothing but a payload: the others make BigInts. */
function kindOf(hash: number): Kind {
  const choice = hash & 31;
  if (choice === 0) return 'GpaDirect';
  if (choice === 1) return 'TransferPages';
  if (choice < 8) return 'Completion';
  return choice < 20 ? 'InBandNoCompletion' : 'InBandWithCompletion';
}

function gpaRangeOf(hash: number): PagedRange {
  const byteOffset = hash & (PAGE_BYTES - 1);
  const byteCount = 1 + ((hash >>> 12) & 8191);
  const pages = Math.ceil((byteOffset + byteCount) / PAGE_BYTES);
  const gpns = Array.from({ length: pages }, (_, i) => BigInt(wordOf(hash, i) >>> 0) << 16n);
  return PagedRange.of(byteOffset, byteCount, gpns);
}

function transferRangesOf(hash: number): TransferPageRange[] {
  return [
    { byteCount: hash >>> 1, byteOffset: hash >>> 0 },
    { byteCount: hash >>> 7, byteOffset: hash >>> 3 },
  ];
}

/**
 * The packets of a phase, each made of nothing but its number: what the writer sends, the reader can tell without being
 * told.
 */
export class Traffic {
  readonly #seed: number;
  readonly #minimumBytes: number;
  readonly #spreadBytes: number;
  readonly #words: Int32Array;

  /** The first bytes of `#words`, by how many. */
  readonly #views: Uint8Array[] = [];

  constructor(seed: number, minimumBytes: number, maximumBytes: number) {
    this.#seed = seed;
    this.#minimumBytes = minimumBytes;
    this.#spreadBytes = maximumBytes - minimumBytes + 1;
    const words = new Int32Array(Math.ceil(maximumBytes / 8) * 2);
    this.#words = words;
    for (let bytes = 0; bytes <= words.byteLength; bytes++) this.#views.push(new Uint8Array(words.buffer, 0, bytes));
  }

  #payloadBytes(hash: number): number {
    return this.#minimumBytes + ((hash >>> 5) % this.#spreadBytes);
  }

  packet(index: number): OutgoingPacket {
    const hash = hashOf(this.#seed, index);
    const transactionId = (hash & 64) === 0 ? index : BigInt(index);
    return { transactionId, size: this.#payloadBytes(hash), typ: outgoingTypeOf(hash) };
  }

  /** Writes the payload of packet `index`: at once, in two pieces, or in place. */
  fill(ring: Ring, range: RingRange, index: number): void {
    const hash = hashOf(this.#seed, index);
    const bytes = this.#payloadBytes(hash);
    const words = this.#words;
    for (let i = 0; i < Math.ceil(bytes / 4); i++) words[i] = wordOf(hash, i);
    const payload = this.#views[bytes]!;
    const way = (hash >>> 20) & 15;
    const view = way === 0 ? range.view(ring) : null;
    if (view !== null) {
      view.set(payload);
    } else if (way === 1) {
      const writer = range.writer(ring);
      writer.write(payload.subarray(0, bytes >> 1));
      writer.write(payload.subarray(bytes >> 1));
    } else {
      range.writer(ring).write(payload);
    }
  }

  /** Throws unless `packet` is packet `index`, all of it. */
  check(ring: Ring, packet: IncomingPacket, index: number): void {
    const hash = hashOf(this.#seed, index);
    const bytes = this.#payloadBytes(hash);
    if (packet.payloadLength !== Math.ceil(bytes / 8) * 8) {
      assert.fail(`packet ${index}: ${packet.payloadLength} bytes of payload in place of ${bytes}`);
    }
    if (packet.transactionIdLow !== index || packet.transactionIdHigh !== 0) {
      assert.fail(`packet ${index}: transaction id ${packet.transactionIdLow}`);
    }
    checkKind(ring, packet, hash, index);
    const target = this.#views[packet.payloadLength]!;
    const view = ((hash >>> 24) & 15) === 0 ? packet.payload.view(ring) : null;
    if (view === null) packet.payload.reader(ring).read(target);
    else target.set(view);
    this.#checkPayload(hash, bytes, index);
  }

  #checkPayload(hash: number, bytes: number, index: number): void {
    const words = this.#words;
    const whole = bytes >> 2;
    for (let i = 0; i < whole; i++) {
      if (words[i] !== wordOf(hash, i)) assert.fail(`packet ${index}: word ${i} of ${bytes} bytes is another's`);
    }
    const last = new Uint8Array(Int32Array.of(wordOf(hash, whole)).buffer);
    const payload = this.#views[Math.ceil(bytes / 8) * 8]!;
    for (let i = whole * 4; i < payload.length; i++) {
      const expected = i < bytes ? last[i % 4] : 0;
      if (payload[i] !== expected) assert.fail(`packet ${index}: byte ${i} of ${bytes} is ${payload[i]}`);
    }
  }
}

function outgoingTypeOf(hash: number): OutgoingPacketType {
  const kind = kindOf(hash);
  if (kind === 'GpaDirect') return OutgoingPacketType.GpaDirect([gpaRangeOf(hash)]);
  if (kind === 'TransferPages') return OutgoingPacketType.TransferPages(hash & 0xffff, transferRangesOf(hash));
  return OutgoingPacketType[kind];
}

function checkKind(ring: Ring, packet: IncomingPacket, hash: number, index: number): void {
  const kind = kindOf(hash);
  const { typ } = packet;
  const inBand = kind === 'InBandNoCompletion' || kind === 'InBandWithCompletion';
  if (typ.kind !== (inBand ? 'InBand' : kind)) assert.fail(`packet ${index}: ${typ.kind} in place of ${kind}`);
  const completionRequested = kind !== 'InBandNoCompletion' && kind !== 'Completion';
  if (packet.completionRequested !== completionRequested) assert.fail(`packet ${index}: completion requested or not`);
  if (typ.kind === 'GpaDirect') {
    const expected = gpaRangeOf(hash);
    const range = readGpaRanges(ring, packet).first();
    assert.deepEqual([range?.offset(), range?.length], [expected.offset(), expected.length]);
    assert.deepEqual([...range!.gpns()], [...expected.gpns()]);
    assert.equal(packet.transactionId, BigInt(index));
  } else if (typ.kind === 'TransferPages') {
    assert.equal(typ.transferPageSetId, hash & 0xffff);
    assert.deepEqual(readTransferPageRanges(ring, packet), transferRangesOf(hash));
  }
}
