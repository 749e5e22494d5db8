import assert from 'node:assert/strict';
import {
  Empty,
  IncomingPacket,
  IncomingRing,
  type PagedRange,
  readGpaRanges,
  readInto,
  readTransferPageRanges,
  type RingMem,
  VmbusRingError,
} from '../../src/index.ts';
import type { Operation, ReadVia } from './operations.ts';
import { packetExtent, packetImage } from './packet-bytes.ts';
import type { PacketSpec } from './packet-spec.ts';
import { checkBytes, checkRange } from './payload-ways.ts';
import { ReaderModel } from './reader-model.ts';
import type { PlacedPacket, RingModel } from './ring-model.ts';

const DESCRIPTOR_BYTES = 16;
const FIXED_EXTENDED_BYTES = 8;

/** What `readInto` finds in its target, and has to leave there behind the payload. */
const TARGET_CANARY = 0xa7;

/** The receiving end of a real ring, and the model's. */
export class ReaderSide {
  ring: IncomingRing;
  readonly #model: RingModel;
  readonly #mem: RingMem;
  #offset: ReturnType<IncomingRing['incoming']>;
  #reader: ReaderModel;
  readonly #packet = new IncomingPacket();
  readonly #target: Uint8Array;

  constructor(model: RingModel, mem: RingMem) {
    this.#model = model;
    this.#mem = mem;
    this.#target = new Uint8Array(model.size + 16);
    this.ring = new IncomingRing(mem);
    ReaderModel.open(model);
    this.#offset = this.ring.incoming();
    this.#reader = new ReaderModel(model);
    assert.equal(this.ring.mem(), mem);
  }

  /** False if the operation is not one of a reader's. */
  run(operation: Operation): boolean {
    switch (operation.op) {
      case 'read':
        this.#read(operation.via, operation.seed);
        return true;
      case 'readUntilEmpty':
        for (let i = 0; i < operation.limit && this.#read(operation.via, i + 1); i++);
        return true;
      case 'canRead':
        assert.equal(this.ring.canRead(this.#offset), this.#reader.canRead());
        return true;
      case 'commitRead':
        assert.equal(this.ring.commitRead(this.#offset), this.#reader.commit());
        return true;
      case 'revertRead':
        this.#offset.revert();
        this.#reader.revert();
        return true;
      case 'newIncoming':
        this.#restart();
        return true;
      case 'reopenIncoming':
        this.#reopen();
        return true;
      case 'cloneIncoming':
        this.#clone(operation.reads, operation.adopt);
        return true;
      case 'setInterruptMask':
        this.ring.setInterruptMask(operation.state);
        this.#model.interruptMask = operation.state ? 1 : 0;
        this.#checkUnmasked();
        return true;
      default:
        return false;
    }
  }

  checkOffset(): void {
    assert.deepEqual(this.#offset.inspect(), this.#reader.inspect());
  }

  /** False on an empty ring. */
  #read(via: ReadVia, seed: number): boolean {
    const expected = this.#reader.read();
    const actual = via === 'into' ? this.#readInto(expected) : this.ring.read(this.#offset);
    if (expected === null) {
      assert.equal(actual, Empty);
      return false;
    }
    assert.notEqual(actual, Empty, 'empty, with a packet there');
    this.#checkPacket(actual!, expected, via, seed);
    return true;
  }

  /** Into the same packet and the same array each time; behind the payload, the array stays as it was. */
  #readInto(expected: PlacedPacket | null): IncomingPacket | null {
    const target = this.#target;
    const payload = expected === null ? [] : packetImage(expected.spec, 0).payload;
    target.fill(TARGET_CANARY, 0, payload.length + 16);
    const packet = readInto(this.ring, this.#offset, this.#packet, target);
    if (packet !== null) checkBytes(target.subarray(0, payload.length), payload);
    const behind = target.subarray(packet === null ? 0 : payload.length, payload.length + 16);
    assert.ok(
      behind.every((byte) => byte === TARGET_CANARY),
      'bytes behind the payload were written',
    );
    return packet;
  }

  #checkPacket(actual: IncomingPacket, placed: PlacedPacket, via: ReadVia, seed: number): void {
    const { spec } = placed;
    const { headerBytes, paddedPayloadBytes, totalBytes } = packetExtent(spec);
    const ringOffset = this.#model.ringOffset(placed.start);
    assert.equal(actual.offset, ringOffset);
    assert.equal(actual.size, totalBytes);
    assert.equal(actual.payloadLength, paddedPayloadBytes);
    checkIdentity(actual, spec);
    const { payload } = actual;
    assert.equal(payload.offset, ringOffset + headerBytes);
    const readVia = via === 'into' ? 'readAll' : via;
    checkRange(this.ring, payload, Uint8Array.from(packetImage(spec, 0).payload), readVia, seed);
    this.#checkExternalRanges(actual, spec, readVia, seed);
  }

  #checkExternalRanges(actual: IncomingPacket, spec: PacketSpec, via: ReadVia, seed: number): void {
    const { typ } = actual;
    if (spec.typ.kind === 'GpaDirect' && typ.kind === 'GpaDirect') {
      assert.equal(typ.rangeCount, spec.typ.ranges.length);
      const ranges = [...readGpaRanges(this.ring, actual)];
      assert.deepEqual(ranges.map(plainRange), spec.typ.ranges);
      this.#checkRawRanges(typ.ranges, spec, via, seed);
    } else if (spec.typ.kind === 'TransferPages' && typ.kind === 'TransferPages') {
      assert.equal(typ.rangeCount, spec.typ.ranges.length);
      assert.equal(typ.transferPageSetId, spec.typ.setId);
      assert.deepEqual(readTransferPageRanges(this.ring, actual), spec.typ.ranges);
      this.#checkRawRanges(typ.ranges, spec, via, seed);
    } else {
      const inBand = spec.typ.kind === 'InBandNoCompletion' || spec.typ.kind === 'InBandWithCompletion';
      assert.deepEqual(typ, { kind: inBand ? 'InBand' : spec.typ.kind });
    }
  }

  #checkRawRanges(ranges: IncomingPacket['payload'], spec: PacketSpec, via: ReadVia, seed: number): void {
    const list = packetImage(spec, 0).header.slice(DESCRIPTOR_BYTES + FIXED_EXTENDED_BYTES);
    checkRange(this.ring, ranges, Uint8Array.from(list), via, seed);
  }

  #restart(): void {
    this.#offset = this.ring.incoming();
    this.#reader = new ReaderModel(this.#model);
  }

  /** What was read through the old offset and not committed comes again. */
  #reopen(): void {
    this.ring = new IncomingRing(this.#mem);
    ReaderModel.open(this.#model);
    const old = this.#offset;
    assert.throws(() => this.ring.read(old), TypeError);
    assert.throws(() => this.ring.commitRead(old), TypeError);
    assert.throws(() => this.ring.canRead(old), TypeError);
    this.#restart();
  }

  /** Reads through a copy, then goes on with it or forgets it. */
  #clone(reads: number, adopt: boolean): void {
    const [original, originalModel] = [this.#offset, this.#reader];
    this.#offset = original.clone();
    this.#reader = originalModel.clone();
    this.checkOffset();
    for (let i = 0; i < reads; i++) this.#read('readAll', i + 1);
    assert.deepEqual(original.inspect(), originalModel.inspect());
    if (!adopt) [this.#offset, this.#reader] = [original, originalModel];
  }

  #checkUnmasked(): void {
    if (this.#model.interruptMask === 0) {
      this.ring.verifyInterruptsUnmasked();
    } else {
      assert.throws(
        () => this.ring.verifyInterruptsUnmasked(),
        (error) => error instanceof VmbusRingError && error.code === 'InterruptsExternallyMasked',
      );
    }
  }
}

/** What the descriptor says besides lengths. */
function checkIdentity(actual: IncomingPacket, { typ, transactionId }: PacketSpec): void {
  const completionRequested = typ.kind !== 'InBandNoCompletion' && typ.kind !== 'Completion';
  assert.equal(actual.completionRequested, completionRequested);
  const hasId = typ.kind !== 'InBandNoCompletion';
  assert.equal(actual.transactionId, hasId ? transactionId : null);
  assert.equal(actual.transactionIdLow, Number(transactionId % 2n ** 32n));
  assert.equal(actual.transactionIdHigh, Number(transactionId / 2n ** 32n));
}

function plainRange(range: PagedRange): { byteCount: number; byteOffset: number; pageNumbers: bigint[] } {
  return { byteCount: range.length, byteOffset: range.offset(), pageNumbers: [...range.gpns()] };
}
