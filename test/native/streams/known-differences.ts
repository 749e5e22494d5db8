import { type Outcome, packetBytes, type SentPacket } from '../lockstep/operation.ts';
import { isIndex, type Situation } from './situation.ts';

/**
 * Where DPDK does otherwise than this library: all of it, each with who is right by the facts of the protocol, whose sections are meant.
 * Whatever else differs, on any stream, is a failure. `differences.native.ts` has an example of each.
 */

/** A difference that leaves both rings in good order: the streams go on after it. */
export interface SmallDifference {
  readonly what: string;
  readonly right: string;
  /** Whether it can come of this. */
  when(situation: Situation): boolean;
  /** What DPDK makes of it, where we make `ours` of it. */
  dpdk(ours: Outcome, situation: Situation): Outcome;
}

/** A difference over something that is broken. */
export interface BrokenDifference {
  readonly what: string;
  readonly right: string;
  /** Whether this is it. The first that is, in the order of the list, is the one: it is the order of the checks. */
  when(situation: Situation): boolean;
  /** The result that we have. */
  readonly ours: string;
  /** The results that DPDK may have. */
  readonly dpdk: readonly string[];
  /** What is wrong with the packet that DPDK hands over, if it does. */
  readonly invalid?: string;
}

function isReading({ operation }: Situation): boolean {
  return operation.name === 'receive' || operation.name === 'read';
}

export const SMALL_DIFFERENCES: readonly SmallDifference[] = [
  {
    what: 'a reader frees what a writer asked for, whose feature bit is clear',
    right:
      'we are: section 3 has no such condition, and the C library and the crate do not look (section 1). It costs a signal at most',
    when: (situation) => isReading(situation) && (situation.featureBits & 1) === 0,
    dpdk: (ours) => ({ ...ours, signal: false }),
  },
  {
    what: 'rte_vmbus_chan_recv of a packet without a transaction id',
    right: 'we are: the field means nothing there, section 2',
    when: ({ operation }) => operation.name === 'receive',
    dpdk: (ours, { header }) => ({
      ...ours,
      packets: ours.packets.map((line) => line.replace(/^- /, `${header.transactionId} `)),
    }),
  },
];

/** Types of packets that have an extended header. */
const TRANSFER_PAGES = 7;
const GPA_DIRECT = 9;
const TYPES: ReadonlySet<number> = new Set([6, TRANSFER_PAGES, GPA_DIRECT, 0xb]);

/** Of the format, without the footer. */
const PACKET_LIMIT = 524_280;

const ANYTHING: readonly string[] = ['ok', 'EAGAIN', 'EIO', 'ENOBUFS'];

function hasExtendedHeader({ header }: Situation): boolean {
  return header.type === TRANSFER_PAGES || header.type === GPA_DIRECT;
}

/** The packet that is to be sent, where it is one. */
function sentPacket({ operation }: Situation): SentPacket | null {
  return operation.name === 'write' && operation.packets.length === 1 ? operation.packets[0]! : null;
}

/** A row about a packet that is read, and that is not the last thing that was published. */
function whenReading(when: (situation: Situation) => boolean): (situation: Situation) => boolean {
  return (situation) => isReading(situation) && situation.availableBytes !== 0 && when(situation);
}

/** A row about a packet that is sent. */
function whenSending(
  when: (bytes: number, situation: Situation, packet: SentPacket) => boolean,
): (situation: Situation) => boolean {
  return (situation) => {
    const packet = sentPacket(situation);
    return packet !== null && when(packetBytes(packet), situation, packet);
  };
}

const READING: readonly BrokenDifference[] = [
  {
    what: 'in is not below the size',
    right: 'we are: section 4, step 1. DPDK takes what was consumed for packets',
    when: whenReading((situation) => situation.in >= situation.ringBytes),
    ours: 'InvalidRingPointer',
    dpdk: ANYTHING,
  },
  {
    what: 'in is no multiple of 8',
    right: 'we are: section 4, step 1',
    when: whenReading((situation) => situation.in % 8 !== 0),
    ours: 'InvalidRingPointer',
    dpdk: ANYTHING,
  },
  {
    what: '8 or 16 bytes available',
    right: 'we are: section 4, step 3. DPDK waits for ever',
    when: whenReading(({ availableBytes }) => availableBytes < 24),
    ours: 'InvalidDataAvailable',
    dpdk: ['EAGAIN'],
  },
  {
    what: 'a descriptor shorter than a descriptor, or a header longer than its packet',
    right: 'both are: section 4, step 4. An error, and nothing is consumed',
    when: whenReading(({ header }) => header.dataOffset8 < 2 || header.length8 < header.dataOffset8),
    ours: 'InvalidDescriptorLengths',
    dpdk: ['EIO'],
  },
  {
    what: 'a packet longer than the ring',
    right: 'we are: section 4, step 4. DPDK says that the caller has too little room, and there can never be enough',
    when: whenReading(({ operation, header: { length8, dataOffset8 }, ringBytes }) => {
      // The function that does all at once compares the payload alone.
      const compared = operation.name === 'receive' ? length8 - dataOffset8 : length8;
      return compared * 8 > ringBytes;
    }),
    ours: 'InvalidDescriptorLengths',
    dpdk: ['ENOBUFS'],
  },
  {
    what: 'a packet that is longer than what is available, be it by its footer',
    right: 'we are: section 4, step 4. DPDK waits for ever',
    when: whenReading(({ header, availableBytes }) => header.length8 * 8 + 8 > availableBytes),
    ours: 'InvalidDescriptorLengths',
    dpdk: ['EAGAIN'],
  },
  {
    what: 'unknown flags',
    right: 'we are: section 4, step 5',
    when: whenReading(({ header }) => (header.flags & ~1) !== 0),
    ours: 'InvalidDescriptorFlags',
    dpdk: ['ok'],
    invalid: 'unknown flags',
  },
  {
    what: 'an unknown type',
    right: 'we are: section 4, step 6',
    when: whenReading(({ header }) => !TYPES.has(header.type)),
    ours: 'InvalidDescriptorType',
    dpdk: ['ok'],
    invalid: 'an unknown type',
  },
  {
    what: 'an extended header shorter than its fixed part',
    right: 'we are: section 4, step 7',
    when: whenReading((situation) => hasExtendedHeader(situation) && situation.header.dataOffset8 < 3),
    ours: 'InvalidDescriptorLengths',
    dpdk: ['ok'],
    invalid: 'an extended header that is too short',
  },
  {
    what: 'GPA direct with 0 ranges',
    right: 'we are: section 4, step 8',
    when: whenReading(({ header }) => header.type === GPA_DIRECT && header.rangeCount === 0),
    ours: 'InvalidDescriptorGpaDirectRangeCount',
    dpdk: ['ok'],
    invalid: 'GPA direct without ranges',
  },
  {
    what: 'transfer pages with more ranges than the header holds',
    right: 'we are: section 4, step 9',
    when: whenReading(({ header }) => header.type === TRANSFER_PAGES && header.rangeCount > header.dataOffset8 - 3),
    ours: 'InvalidDescriptorLengths',
    dpdk: ['ok'],
    invalid: 'more ranges than its header holds',
  },
];

const SENDING: readonly BrokenDifference[] = [
  {
    what: 'GPA direct with 0 ranges is to be sent',
    right: 'we are: section 4. No reader that checks takes such a packet',
    when: whenSending((_bytes, _situation, { type, ranges }) => type === 'gpa' && ranges.length === 0),
    ours: 'InvalidDescriptorGpaDirectRangeCount',
    dpdk: ['ok', 'EAGAIN'],
  },
  {
    what: 'a packet larger than the ring is to be sent',
    right: 'we are: section 4, our own caller. Who waits for room with DPDK waits for ever',
    when: whenSending((bytes, { ringBytes }) => bytes > ringBytes - 8),
    ours: 'InvalidMessageLength',
    dpdk: ['EAGAIN'],
  },
  {
    what: 'a packet longer than its length field can say is to be sent',
    right: 'we are: section 4, our own caller. DPDK cuts the length to 16 bits, and the rest is read as other packets',
    when: whenSending((bytes) => bytes - 8 > PACKET_LIMIT),
    ours: 'InvalidMessageLength',
    dpdk: ['ok', 'EAGAIN'],
  },
  {
    what: 'out is not below the size or no multiple of 8, and our writer looks at it for room',
    right: 'we are: section 4, step 1',
    when: whenSending(
      (bytes, situation) => !isIndex(situation.ringBytes, situation.out) && situation.knownFreeBytes < bytes,
    ),
    ours: 'InvalidRingPointer',
    dpdk: ['ok', 'EAGAIN'],
  },
  {
    what: 'out is not below the size or no multiple of 8, and our writer knows of enough room without it',
    right:
      'both may: section 3 has the writer read out before it overwrites what that frees, and this it knew to be free',
    when: whenSending((_bytes, situation) => !isIndex(situation.ringBytes, situation.out)),
    ours: 'ok',
    dpdk: ['ok', 'EAGAIN'],
  },
  {
    what: 'a reader takes room back that it gave, and our writer knows of it',
    right: 'both may: sections 3 and 4. Who frees bytes twice has no claim on what was in them',
    when: whenSending((bytes, { freeBytes, knownFreeBytes }) => freeBytes < bytes && bytes <= knownFreeBytes),
    ours: 'ok',
    dpdk: ['EAGAIN'],
  },
];

export const BROKEN_DIFFERENCES: readonly BrokenDifference[] = [...READING, ...SENDING];
