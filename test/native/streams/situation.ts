import { ringAvailable, ringFree } from '../../../src/index.ts';
import type { Lockstep } from '../lockstep/lockstep.ts';
import { type Operation, WORD } from '../lockstep/operation.ts';

/** The first words of what lies at `out`, be it a packet or not. */
export interface Header {
  readonly type: number;
  readonly dataOffset8: number;
  readonly length8: number;
  readonly flags: number;
  readonly transactionId: bigint;
  /** What is the number of ranges, where the type has any. */
  readonly rangeCount: number;
}

/** What is there when an operation begins. Known differences are told by it. */
export interface Situation {
  readonly operation: Operation;
  readonly ringBytes: number;
  /** Words of the control page, as they lie there. */
  readonly in: number;
  readonly out: number;
  readonly featureBits: number;
  /** Bytes for the reader, where `in` is good. */
  readonly availableBytes: number;
  /** Bytes for the writer by the `out` that lies there, where that is good; and by the last one that our writer has looked at. */
  readonly freeBytes: number;
  readonly knownFreeBytes: number;
  readonly header: Header;
}

/** Whether an index is below the size and a multiple of 8: section 1 of the protocol's facts. */
export function isIndex(ringBytes: number, index: number): boolean {
  return index < ringBytes && index % 8 === 0;
}

function headerAt(lockstep: Lockstep, out: number): Header {
  const bytes = lockstep.bytesAt(out, 24);
  return {
    type: bytes.readUInt16LE(0),
    dataOffset8: bytes.readUInt16LE(2),
    length8: bytes.readUInt16LE(4),
    flags: bytes.readUInt16LE(6),
    transactionId: bytes.readBigUInt64LE(8),
    rangeCount: bytes.readUInt32LE(20),
  };
}

export function lookAt(lockstep: Lockstep, operation: Operation): Situation {
  const { control, ringBytes } = lockstep;
  const { nextOut, nextIn, cachedOut } = lockstep.ours.inspect();
  const peersIn = control[WORD.in]!;
  const peersOut = control[WORD.out]!;
  return {
    operation,
    ringBytes,
    in: peersIn,
    out: peersOut,
    featureBits: control[WORD.featureBits]!,
    availableBytes: ringAvailable(ringBytes, peersIn, nextOut),
    freeBytes: ringFree(ringBytes, nextIn, peersOut),
    knownFreeBytes: ringFree(ringBytes, nextIn, cachedOut),
    header: headerAt(lockstep, nextOut),
  };
}
