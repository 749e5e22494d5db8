import * as fc from 'fast-check';
import { PACKET_KINDS, type PacketKindName } from './packet-spec.ts';

/**
 * A length that depends on the state of the ring when its operation runs: `delta` bytes more or less than what `base`
 * stands for.
 *
 * - `small`: 0
 * - `limit`: where copies begin to take another way (128 and 256 bytes)
 * - `free`: what makes the packet take all that is free
 * - `page`: what makes the packet end where a page does, `pages` further on
 * - `end`: what makes the payload end where the ring's data does
 * - `largest`: what makes the packet the largest that the ring can hold
 * - `format`: what makes the packet the largest that the format can describe
 * - `share`: a 16th of the ring, `pages` times
 */
export interface LengthSpec {
  readonly base: 'small' | 'limit' | 'free' | 'page' | 'end' | 'largest' | 'format' | 'share';
  readonly pages: number;
  readonly delta: number;
}

/**
 * How the payload goes to the ring: `from` and `again` by `writeFrom`, header and all, out of a new array or of one that is used for all
 * payloads of its length; the others into the range that `write` returns.
 */
export type FillVia = 'write' | 'unaligned' | 'pieces' | 'words' | 'view' | 'fill' | 'from' | 'again';

/** How the payload is read: `into` by `readInto`, into a packet and an array that are used again and again. */
export type ReadVia = 'readAll' | 'unaligned' | 'pieces' | 'words' | 'view' | 'nothing' | 'into';

export interface WriteOp {
  readonly op: 'write';
  readonly kind: PacketKindName;
  readonly length: LengthSpec;
  readonly via: FillVia;
  /** Fill the payload only before the next operation that needs it. */
  readonly later: boolean;
  /** Contents, transaction id, ranges. */
  readonly seed: number;
}

/**
 * Writes a part of a packet's payload and commits, which is refused; then the rest of it (`rest`), or takes it all back
 * (`revert`).
 */
export interface CommitHalfOp {
  readonly op: 'commitHalfWritten';
  readonly write: WriteOp;
  /** How much of the payload is written, in 16ths. */
  readonly share: number;
  readonly after: 'rest' | 'revert';
}

export type Operation =
  | WriteOp
  | { readonly op: 'writeUntilFull'; readonly write: WriteOp; readonly limit: number }
  | { readonly op: 'commitWrite' | 'revertWrite' | 'newOutgoing' | 'reopenOutgoing' }
  | CommitHalfOp
  | { readonly op: 'cloneOutgoing'; readonly writes: readonly WriteOp[]; readonly adopt: boolean }
  | { readonly op: 'canWrite' | 'setPendingSendSize'; readonly length: LengthSpec }
  | { readonly op: 'storeForeignWord'; readonly word: 'mask' | 'pending'; readonly value: number }
  | { readonly op: 'read'; readonly via: ReadVia; readonly seed: number }
  | { readonly op: 'readUntilEmpty'; readonly via: ReadVia; readonly limit: number }
  | { readonly op: 'commitRead' | 'revertRead' | 'newIncoming' | 'reopenIncoming' | 'canRead' }
  | { readonly op: 'cloneIncoming'; readonly reads: number; readonly adopt: boolean }
  | { readonly op: 'setInterruptMask'; readonly state: boolean }
  | { readonly op: 'compareImage' };

const delta = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(-9, -8, -7, -1, 0, 1, 7, 8, 9) },
  { weight: 1, arbitrary: fc.integer({ min: -64, max: 64 }) },
);

const lengthSpec: fc.Arbitrary<LengthSpec> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      base: fc.constant('small' as const),
      pages: fc.constant(0),
      delta: fc.oneof(fc.constantFrom(0, 1, 7, 8, 9), fc.integer({ min: 0, max: 100 })),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      base: fc.constantFrom('limit', 'free', 'page', 'end', 'share'),
      pages: fc.integer({ min: 0, max: 3 }),
      delta,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ base: fc.constantFrom('largest', 'format'), pages: fc.constant(0), delta }),
  },
);

const seed = fc.integer({ min: 1, max: 0x7fff_ffff });
const readVia = fc.constantFrom<ReadVia[]>('readAll', 'unaligned', 'pieces', 'words', 'view', 'nothing', 'into');

const write: fc.Arbitrary<WriteOp> = fc.record({
  op: fc.constant('write' as const),
  kind: fc.constantFrom(...PACKET_KINDS),
  length: lengthSpec,
  via: fc.constantFrom<FillVia[]>('write', 'unaligned', 'pieces', 'words', 'view', 'fill', 'from', 'again'),
  later: fc.boolean(),
  seed,
});

const foreignWord: fc.Arbitrary<Operation> = fc.record({
  op: fc.constant('storeForeignWord' as const),
  word: fc.constantFrom('mask', 'pending'),
  // A size less 1 stands for 'when empty'; the mask is on whatever bits are set.
  value: fc.constantFrom(1, 2, 7, 4095, 8191, 0x8000_0000, 0xffff_ffff),
});

const writing: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 12, arbitrary: write },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('commitWrite' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('canWrite', 'setPendingSendSize'), length: lengthSpec }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('revertWrite', 'newOutgoing', 'reopenOutgoing') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('writeUntilFull' as const),
      write,
      limit: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('commitHalfWritten' as const),
      write,
      share: fc.nat(15),
      after: fc.constantFrom('rest', 'revert'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('cloneOutgoing' as const),
      writes: fc.array(write, { maxLength: 3 }),
      adopt: fc.boolean(),
    }),
  },
);

const reading: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ op: fc.constant('read' as const), via: readVia, seed }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('commitRead' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('canRead' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('setInterruptMask' as const), state: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('revertRead', 'newIncoming', 'reopenIncoming') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('readUntilEmpty' as const),
      via: readVia,
      limit: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('cloneIncoming' as const),
      reads: fc.integer({ min: 0, max: 3 }),
      adopt: fc.boolean(),
    }),
  },
);

/** Any operation of either side. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 20, arbitrary: writing },
  { weight: 20, arbitrary: reading },
  { weight: 1, arbitrary: foreignWord },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('compareImage' as const) }) },
);
