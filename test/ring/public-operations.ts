import {
  Full,
  type IncomingOffset,
  type IncomingPacket,
  IncomingRing,
  type OutgoingOffset,
  OutgoingPacketType,
  OutgoingRing,
  PagedRange,
  readGpaRanges,
  readTransferPageRanges,
  type RingMem,
  type RingRange,
} from '../../src/index.ts';

/** One call of the public API that has to touch the ring's memory. */
export interface PublicOperation {
  readonly name: string;
  /** Whether memory that takes the general path has nothing to do here. */
  readonly windowOnly?: boolean;
  readonly run: () => unknown;
}

const { InBandNoCompletion, InBandWithCompletion, Completion } = OutgoingPacketType;
const GPA_DIRECT = OutgoingPacketType.GpaDirect([PagedRange.of(0, 4096, [1n])]);
const TRANSFER_PAGES = OutgoingPacketType.TransferPages(5, [{ byteCount: 8, byteOffset: 16 }]);
const TYPES = [InBandNoCompletion, InBandWithCompletion, Completion, GPA_DIRECT, TRANSFER_PAGES];

/** Both ends of a ring in the middle of their work: packets read and not committed, written and not committed. */
export class BusyRing {
  readonly memory: RingMem;
  readonly incoming: IncomingRing;
  readonly outgoing: OutgoingRing;
  readonly #write: OutgoingOffset;
  readonly #read: IncomingOffset;
  /** Of an offset that has read all that it knows of. */
  readonly #drained: IncomingOffset;
  readonly #packets: IncomingPacket[] = [];
  readonly #range: RingRange;

  /** The ring has to have at least 8192 bytes. */
  constructor(memory: RingMem) {
    this.memory = memory;
    this.incoming = new IncomingRing(memory);
    this.outgoing = new OutgoingRing(memory);
    this.#write = this.outgoing.outgoing();
    for (const typ of [GPA_DIRECT, TRANSFER_PAGES, InBandNoCompletion, Completion]) this.#send(typ);
    this.outgoing.commitWrite(this.#write);
    this.#read = this.incoming.incoming();
    for (let i = 0; i < 3; i++) this.#packets.push(this.incoming.read(this.#read)!);
    this.#drained = this.incoming.incoming();
    while (this.incoming.read(this.#drained) !== null);
    this.#range = this.#send(InBandWithCompletion);
  }

  #send(typ: OutgoingPacketType): RingRange {
    const range = this.outgoing.write(this.#write, { transactionId: 1, size: 64, typ });
    if (range instanceof Full) throw new Error('the ring is too small');
    range.writer(this.outgoing).fill(0x41, 64);
    return range;
  }

  /** What the public API can be asked to do with this ring. */
  operations(): PublicOperation[] {
    return [...this.#ofIncoming(), ...this.#ofOutgoing(), ...this.#ofRanges(), ...this.#ofMemory()];
  }

  #ofIncoming(): PublicOperation[] {
    const { incoming, memory } = this;
    return [
      { name: 'new IncomingRing', run: () => new IncomingRing(memory) },
      { name: 'supportsPendingSendSize', run: () => incoming.supportsPendingSendSize() },
      { name: 'setInterruptMask', run: () => incoming.setInterruptMask(false) },
      { name: 'verifyInterruptsUnmasked', run: () => incoming.verifyInterruptsUnmasked() },
      { name: 'incoming', run: () => incoming.incoming() },
      { name: 'canRead what is known of', run: () => incoming.canRead(this.#read) },
      { name: 'canRead when drained', run: () => incoming.canRead(this.#drained) },
      { name: 'read what is known of', run: () => incoming.read(this.#read) },
      { name: 'read when drained', run: () => incoming.read(this.#drained) },
      { name: 'commitRead', run: () => incoming.commitRead(this.#read) },
      { name: 'IncomingRing.inspect', run: () => incoming.inspect() },
    ];
  }

  #ofOutgoing(): PublicOperation[] {
    const { outgoing, memory } = this;
    return [
      { name: 'new OutgoingRing', run: () => new OutgoingRing(memory) },
      { name: 'outgoing', run: () => outgoing.outgoing() },
      { name: 'setPendingSendSize', run: () => outgoing.setPendingSendSize(4096) },
      { name: 'canWrite what is known to be free', run: () => outgoing.canWrite(this.#write, 24) },
      { name: 'canWrite all', run: () => outgoing.canWrite(this.#write, outgoing.maximumPacketSize()) },
      ...TYPES.map((typ) => ({
        name: `write ${typ.kind}`,
        run: () => outgoing.write(this.#write, { transactionId: 2n, size: 13, typ }),
      })),
      { name: 'commitWrite', run: () => outgoing.commitWrite(this.#write) },
      { name: 'OutgoingRing.inspect', run: () => outgoing.inspect() },
    ];
  }

  #ofRanges(): PublicOperation[] {
    const { incoming, outgoing } = this;
    const [gpa, transfer, inBand] = this.#packets as [IncomingPacket, IncomingPacket, IncomingPacket];
    const { payload } = inBand;
    const range = this.#range;
    return [
      { name: 'readGpaRanges', run: () => readGpaRanges(incoming, gpa) },
      { name: 'readTransferPageRanges', run: () => readTransferPageRanges(incoming, transfer) },
      { name: 'reader.read, short', run: () => payload.reader(incoming).read(new Uint8Array(8)) },
      { name: 'reader.read, unaligned', run: () => payload.reader(incoming).skip(3).read(new Uint8Array(5)) },
      { name: 'reader.readAll', run: () => payload.reader(incoming).readAll() },
      { name: 'reader.readWords', run: () => payload.reader(incoming).readWords() },
      { name: 'view', windowOnly: true, run: () => payload.view(incoming) },
      { name: 'writer.write', run: () => range.writer(outgoing).write(new Uint8Array(64)) },
      { name: 'writer.fill', run: () => range.writer(outgoing).fill(1, 64) },
      { name: 'writer.zero', run: () => range.writer(outgoing).zero(3) },
      { name: 'writeAlignedFull', run: () => range.writeAlignedFull(outgoing, new BigUint64Array(8)) },
    ];
  }

  #ofMemory(): PublicOperation[] {
    const { memory } = this;
    return [
      { name: 'control', run: () => memory.control() },
      { name: 'readAt', run: () => memory.readAt(1, new Uint8Array(5000)) },
      { name: 'writeAt', run: () => memory.writeAt(1, new Uint8Array(5000)) },
      { name: 'readAligned', run: () => memory.readAligned?.(8, new Uint8Array(8)) },
      { name: 'writeAligned', run: () => memory.writeAligned?.(8, new Uint8Array(8)) },
    ];
  }
}
