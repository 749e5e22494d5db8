import type { OutgoingPacket } from '../../../src/index.ts';
import { type ListedRange, type ListedType, outgoingTypeOf } from '../../support/contract.ts';
import { Xorshift } from '../../support/xorshift.ts';

/** A packet that both implementations can send. */
export interface SentPacket {
  readonly type: ListedType;
  readonly transactionId: bigint;
  readonly payloadBytes: number;
  /** What the payload is drawn from. */
  readonly seed: number;
  /** Of transfer pages only. */
  readonly setId: number;
  readonly ranges: readonly ListedRange[];
}

/** By which of our functions: ranges and their writers and readers, or those that copy out of an array and into one. */
export type Via = 'range' | 'array';

/** What is done in one step. */
export type Operation =
  /** Writes packets until one finds no room, and publishes those that did. */
  | { readonly name: 'write'; readonly packets: readonly SentPacket[]; readonly via: Via }
  /** Reads so many packets, or until there are none, and gives their room back. */
  | { readonly name: 'read'; readonly count: number; readonly via: Via }
  /** Reads one by the function of DPDK's that does all of that at once, and by ours. */
  | { readonly name: 'receive' }
  /** Sets a word of the control page: what the other side would do. */
  | { readonly name: 'store'; readonly word: number; readonly value: number }
  /** Puts bytes into the ring, over its end if need be: what a broken writer would do. */
  | { readonly name: 'put'; readonly at: number; readonly bytes: Uint8Array }
  /** Sets `in` and `out`, and has both ends opened anew there. */
  | { readonly name: 'reopen'; readonly in: number; readonly out: number };

/** Words of the control page. */
export const WORD = { in: 0, out: 1, interruptMask: 2, pendingSendSize: 3, featureBits: 16 } as const;

/** What a step led to, in one implementation. */
export interface Outcome {
  /** `ok`, `EAGAIN` where there was no room or no packet, or the name of an error. */
  readonly result: string;
  /** Whether the other side is to be signalled. */
  readonly signal: boolean;
  /** The packets that were read: lines of a listing, counted from 0. */
  readonly packets: readonly string[];
}

/** What came of an operation that nothing can come of. */
export const NOTHING: Outcome = { result: 'ok', signal: false, packets: [] };

/** Bytes of a packet on the ring, footer included, as it would be if any number could be written. */
export function packetBytes({ type, payloadBytes, ranges }: SentPacket): number {
  const header = type === 'gpa' || type === 'xfer' ? 24 : 16;
  const list = ranges.reduce((sum, { pages }) => sum + 8 + pages.length * 8, 0);
  return header + list + Math.ceil(payloadBytes / 8) * 8 + 8;
}

export function payloadOf({ payloadBytes, seed }: SentPacket): Uint8Array<ArrayBuffer> {
  return new Xorshift(seed).bytes(payloadBytes);
}

/** As `OutgoingRing.write` takes it. */
export function outgoingPacket(packet: SentPacket): OutgoingPacket {
  const { transactionId, payloadBytes } = packet;
  return { transactionId, size: payloadBytes, typ: outgoingTypeOf(packet) };
}

/** As the lockstep program takes it: one line, for the function of DPDK's that can make such a packet. */
export function peerLine(packet: SentPacket): string {
  const { type, transactionId, payloadBytes, seed, ranges } = packet;
  const payload = `${payloadBytes} ${seed}`;
  switch (type) {
    case 'inband':
      return `send 6 0 ${transactionId} ${payload}`;
    case 'inband_c':
      return `send 6 1 ${transactionId} ${payload}`;
    case 'comp':
      return `send b 0 ${transactionId} ${payload}`;
    case 'gpa':
      // DPDK's own list has one page a range.
      if (ranges.every(({ pages }) => pages.length === 1)) {
        const list = ranges.map((range) => `${range.length}@${range.offset}:${range.pages[0]!.toString(16)}`);
        return ['sglist', transactionId, payload, ...list].join(' ');
      }
      return `write 9 1 ${transactionId} ${payload} ${extendedHeader(packet)}`;
    case 'xfer':
      return `write 7 1 ${transactionId} ${payload} ${extendedHeader(packet)}`;
  }
}

/** What lies between descriptor and payload, in hexadecimal. */
function extendedHeader({ type, setId, ranges }: SentPacket): string {
  const words = [type === 'xfer' ? setId : 0, ranges.length];
  for (const { length, offset, pages } of ranges) {
    words.push(length, offset);
    for (const page of pages) words.push(Number(page & 0xffff_ffffn), Number(page >> 32n));
  }
  const bytes = Buffer.alloc(words.length * 4);
  for (const [i, word] of words.entries()) bytes.writeUInt32LE(word, i * 4);
  return bytes.toString('hex');
}

/** An operation for people who look for what went wrong. */
export function describeOperation(operation: Operation): string {
  switch (operation.name) {
    case 'write':
      return `write by ${operation.via}: ${operation.packets.map(peerLine).join(' + ')}`;
    case 'read':
      return `read ${operation.count} by ${operation.via}`;
    case 'receive':
      return 'receive';
    case 'put':
      return `put ${Buffer.from(operation.bytes).toString('hex')} at ${operation.at}`;
    case 'reopen':
      return `reopen with in ${operation.in} and out ${operation.out}`;
    case 'store':
      return `store ${operation.value} in word ${operation.word}`;
  }
}
