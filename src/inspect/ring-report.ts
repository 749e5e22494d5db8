import type { GpaRangeErrorCode } from '../gpa/gpa-range-error.ts';
import type { ControlSnapshot } from '../wire/control-page.ts';
import type { VmbusRingErrorCode } from '../wire/ring-error.ts';

/** The kind of a packet, as reports name it. */
export type PacketTypeName = 'in-band' | 'completion' | 'gpa-direct' | 'transfer-pages';

/**
 * One range of external data, as the packet names it, in bytes. GPA ranges come with the numbers of the guest pages that
 * they touch, as decimal strings: JSON's numbers do not hold 64 bits.
 */
export interface RangeReport {
  /** Bytes in the range. */
  readonly byteCount: number;
  /** Offset in the first page, or in the set of transfer pages. */
  readonly byteOffset: number;
  /** Of GPA ranges only. */
  readonly pageNumbers?: readonly string[];
}

/** One packet. All of it is what the peer wrote, and none of it text. */
export interface PacketReport {
  /** Ring offset of the descriptor, in bytes. */
  readonly offset: number;
  /** The kind of packet. */
  readonly type: PacketTypeName;
  /** In decimal; `null` where the packet has none. */
  readonly transactionId: string | null;
  /** Bytes of payload, padding included: a multiple of 8. */
  readonly payloadLength: number;
  /** CRC-32 (IEEE) of the payload, padding included: eight hexadecimal digits. */
  readonly crc32: string;
  /** Of transfer-page packets only. */
  readonly transferPageSetId?: number;
  /** Of packets with external data only; left out where a list of GPA ranges does not validate. */
  readonly ranges?: readonly RangeReport[];
  /** The payload, padding included, in hexadecimal. Only if it was asked for. */
  readonly payloadHex?: string;
}

/**
 * What is the matter: one of the codes of `VmbusRingError` or `GpaRangeError`, or `FooterMismatch`, which only ever is a
 * warning: nobody who reads a ring looks at footers.
 */
export type FindingCode = VmbusRingErrorCode | GpaRangeErrorCode | 'FooterMismatch';

/** Something that is wrong with a ring. */
export interface Finding {
  /** What is the matter. */
  readonly code: FindingCode;
  /** Ring offset of the packet that is wrong; `null` where it is no packet that is. */
  readonly offset: number | null;
  /** For people; made of numbers and this library's own words. */
  readonly message: string;
}

/** All of a ring: what `vmbus-ring inspect --json` prints. */
export interface RingReport {
  /** Bytes of data. */
  readonly size: number;
  /** As they were found, valid or not. */
  readonly control: ControlSnapshot;
  /** Packets that the reader has consumed and that are still there, oldest first. Only if they were asked for. */
  readonly history?: readonly PacketReport[];
  /** The packets from `out` to `in`, or to the first that is wrong. */
  readonly packets: readonly PacketReport[];
  /** What a reader does not mind. */
  readonly warnings: readonly Finding[];
  /** Why a reader of this ring would stop before `in`, or `null`. */
  readonly error: Finding | null;
}

/** What a report is to hold besides what it always does. */
export interface ReportOptions {
  /** The payload of each packet, too. */
  readonly hex?: boolean | undefined;
  /** Packets that were consumed and are still there, too. */
  readonly history?: boolean | undefined;
}
