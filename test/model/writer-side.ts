import assert from 'node:assert/strict';
import {
  Full,
  InvalidPacketError,
  OutgoingRing,
  PacketSize,
  type RingMem,
  RingRange,
  writeFrom,
} from '../../src/index.ts';
import { resolveLength } from './lengths.ts';
import type { CommitHalfOp, FillVia, Operation, WriteOp } from './operations.ts';
import { packetExtent } from './packet-bytes.ts';
import type { PacketSpec } from './packet-spec.ts';
import { fillRange } from './payload-ways.ts';
import { outgoingPacket, randomOddKind, randomTransactionId } from './random-packet.ts';
import type { PlacedPacket, RingModel } from './ring-model.ts';
import { WriterModel } from './writer-model.ts';
import { Xorshift } from '../support/xorshift.ts';

/** A payload that was not written yet. */
interface Unfilled {
  readonly packet: PlacedPacket;
  readonly range: RingRange;
  readonly via: FillVia;
  readonly seed: number;
}

/** What became of a packet. */
export type WriteResult = 'written' | 'full' | 'error';

/** The sending end of a real ring, and the model's. */
export class WriterSide {
  ring: OutgoingRing;
  readonly #model: RingModel;
  readonly #mem: RingMem;
  #offset: ReturnType<OutgoingRing['outgoing']>;
  #writer: WriterModel;
  #unfilled: Unfilled[] = [];
  readonly #sources = new Map<number, Uint8Array>();

  constructor(model: RingModel, mem: RingMem) {
    this.#model = model;
    this.#mem = mem;
    this.ring = new OutgoingRing(mem);
    WriterModel.open(model);
    this.#offset = this.ring.outgoing();
    this.#writer = new WriterModel(model);
    assert.equal(this.ring.mem(), mem);
    assert.equal(this.ring.maximumPacketSize(), model.size - 8);
  }

  /** False if the operation is not one of a writer's. */
  run(operation: Operation): boolean {
    switch (operation.op) {
      case 'write':
        this.#write(operation);
        return true;
      case 'writeUntilFull':
        this.#writeUntilFull(operation.write, operation.limit);
        return true;
      case 'commitWrite':
        this.fillAll();
        assert.equal(this.ring.commitWrite(this.#offset), this.#writer.commit());
        return true;
      case 'commitHalfWritten':
        this.#commitHalf(operation);
        return true;
      case 'revertWrite':
        this.fillAll();
        this.#offset.revert();
        this.#writer.revert();
        return true;
      case 'newOutgoing':
        this.#restart();
        return true;
      case 'reopenOutgoing':
        this.#reopen();
        return true;
      case 'cloneOutgoing':
        this.#clone(operation.writes, operation.adopt);
        return true;
      case 'canWrite':
        this.#canWrite(Math.max(0, resolveLength(operation.length, this.#writer, 0)));
        return true;
      case 'setPendingSendSize':
        this.#setPendingSendSize(resolveLength(operation.length, this.#writer, 0));
        return true;
      default:
        return false;
    }
  }

  /** Writes the payloads that were put off, the last one first. */
  fillAll(): void {
    for (const { packet, range, via, seed } of this.#unfilled.toReversed()) {
      fillRange(this.ring, range, packet.spec.payload, via, seed);
      this.#writer.fill(packet);
    }
    this.#unfilled = [];
  }

  checkOffset(): void {
    assert.deepEqual(this.#offset.inspect(), this.#writer.inspect());
  }

  /** Writes one packet, and its payload in the way `via`, unless that is put off. */
  write(spec: PacketSpec, via: FillVia, seed: number, later = false): WriteResult {
    const packet = outgoingPacket(spec);
    const expected = this.#writer.write(spec);
    if (expected.result === 'error') {
      assert.throws(
        () => {
          if (via === 'from') writeFrom(this.ring, this.#offset, packet, spec.payload);
          else this.ring.write(this.#offset, packet);
        },
        (error) => error instanceof InvalidPacketError && error.code === expected.code,
      );
      return 'error';
    }
    if (via === 'from' || via === 'again') {
      const actual = writeFrom(this.ring, this.#offset, packet, this.#source(spec.payload, via));
      if (expected.result === 'full') {
        assert.ok(actual instanceof Full, 'written to a full ring');
        assert.equal(actual.size, expected.size);
        return 'full';
      }
      assert.equal(actual, null, 'full, with room left');
      this.#writer.fill(expected.packet);
      return 'written';
    }
    const actual = this.ring.write(this.#offset, packet);
    if (expected.result === 'full') {
      assert.ok(actual instanceof Full, 'written to a full ring');
      assert.equal(actual.size, expected.size);
      return 'full';
    }
    assert.ok(actual instanceof RingRange, 'full, with room left');
    assert.deepEqual([actual.offset, actual.length], [expected.payloadOffset, spec.payload.length]);
    checkPacketSize(spec);
    this.#unfilled.push({ packet: expected.packet, range: actual, via, seed });
    if (!later) this.fillAll();
    return 'written';
  }

  /** The same bytes in a new array, or in the one for payloads of this length. */
  #source(payload: Uint8Array, via: 'from' | 'again'): Uint8Array {
    if (via === 'from') return Uint8Array.from(payload);
    let source = this.#sources.get(payload.length);
    if (source === undefined) {
      source = new Uint8Array(payload.length);
      this.#sources.set(payload.length, source);
    }
    source.set(payload);
    return source;
  }

  #write(op: WriteOp): WriteResult {
    return this.write(this.#spec(op), op.via, op.seed, op.later);
  }

  #writeUntilFull(write: WriteOp, limit: number): void {
    for (let i = 0; i < limit; i++) {
      // The first packet again and again, with contents of its own each time.
      if (this.#write({ ...write, seed: write.seed + i }) !== 'written') return;
    }
  }

  #spec(op: WriteOp): PacketSpec {
    const random = new Xorshift(op.seed);
    const typ = randomOddKind(op.kind, random);
    const transactionId = randomTransactionId(random);
    const empty = { typ, transactionId, payload: new Uint8Array(0) };
    const { totalBytes } = packetExtent(empty);
    const length = Math.max(0, resolveLength(op.length, this.#writer, totalBytes));
    return { typ, transactionId, payload: op.via === 'fill' ? runs(length, random) : random.bytes(length) };
  }

  #commitHalf({ write, share, after }: CommitHalfOp): void {
    this.fillAll();
    const { seed } = write;
    const spec = this.#spec(write);
    const { payload } = spec;
    const { length } = payload;
    if (length === 0 || this.write(spec, 'write', seed, true) !== 'written') return;
    const { packet, range } = this.#unfilled.pop()!;
    const writer = range.writer(this.ring);
    const part = Math.floor((length * share) / 16);
    writer.write(payload.subarray(0, part));
    const before = this.ring.inspect();
    assert.throws(() => this.ring.commitWrite(this.#offset), RangeError);
    assert.deepEqual(this.ring.inspect(), before, 'published by halves');
    this.checkOffset();
    if (after === 'rest') {
      writer.write(payload.subarray(part));
      this.#writer.fill(packet);
    } else {
      this.#writer.fillPart(packet, part);
      this.#offset.revert();
      this.#writer.revert();
    }
    assert.equal(this.ring.commitWrite(this.#offset), this.#writer.commit());
  }

  #restart(): void {
    this.fillAll();
    this.#offset = this.ring.outgoing();
    this.#writer = new WriterModel(this.#model);
  }

  /** What was written through the old offset and not committed is lost. */
  #reopen(): void {
    this.fillAll();
    this.ring = new OutgoingRing(this.#mem);
    WriterModel.open(this.#model);
    const old = this.#offset;
    assert.throws(() => this.ring.commitWrite(old), TypeError);
    assert.throws(() => this.ring.canWrite(old, 8), TypeError);
    this.#restart();
  }

  /** Writes through a copy, then goes on with it or forgets it. */
  #clone(writes: readonly WriteOp[], adopt: boolean): void {
    this.fillAll();
    const [original, originalModel] = [this.#offset, this.#writer];
    this.#offset = original.clone();
    this.#writer = originalModel.clone();
    this.checkOffset();
    for (const write of writes) this.#write(write);
    this.fillAll();
    assert.deepEqual(original.inspect(), originalModel.inspect());
    if (!adopt) [this.#offset, this.#writer] = [original, originalModel];
  }

  #canWrite(length: number): void {
    if (length > this.#model.size - 8) {
      assert.throws(() => this.ring.canWrite(this.#offset, length), InvalidPacketError);
    } else {
      assert.equal(this.ring.canWrite(this.#offset, length), this.#writer.canWrite(length), `room for ${length} bytes`);
    }
  }

  #setPendingSendSize(length: number): void {
    if (length < 0) {
      assert.throws(() => this.ring.setPendingSendSize(length), RangeError);
    } else if (length > this.#model.size - 8) {
      assert.throws(() => this.ring.setPendingSendSize(length), InvalidPacketError);
    } else {
      this.ring.setPendingSendSize(length);
      this.#model.pendingSendSize = Math.ceil(length / 8) * 8;
    }
  }
}

/** Bytes in runs of the same value, zeros among them. */
function runs(length: number, random: Xorshift): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length;) {
    const end = start + 1 + random.below(2 + Math.floor(length / 4));
    bytes.fill(random.below(2) * random.below(256), start, end);
    start = end;
  }
  return bytes;
}

/** What the library says how large a packet is against how large it was. */
function checkPacketSize({ typ, payload, transactionId }: PacketSpec): void {
  const { totalBytes } = packetExtent({ typ, payload, transactionId });
  if (typ.kind === 'GpaDirect') {
    const pageCount = typ.ranges.reduce((sum, range) => sum + range.pageNumbers.length, 0);
    assert.equal(PacketSize.gpaDirect(typ.ranges.length, pageCount, payload.length), totalBytes);
  } else if (typ.kind === 'TransferPages') {
    assert.equal(PacketSize.transferPages(typ.ranges.length, payload.length), totalBytes);
  } else if (typ.kind === 'Completion') {
    assert.equal(PacketSize.completion(payload.length), totalBytes);
  } else {
    assert.equal(PacketSize.inBand(payload.length), totalBytes);
  }
}
