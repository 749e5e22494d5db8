// Where DPDK does otherwise than this library: all of it, and who is right by the protocol. Anything else that differs fails in
// lockstep.native.ts, which allows for the first two rows that concern ordinary use: the feature bit, and the id of packets that have none.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withDpdk } from './dpdk-only.ts';
import { Lockstep } from './lockstep/lockstep.ts';
import { type Operation, type SentPacket, WORD } from './lockstep/operation.ts';

interface Difference {
  readonly what: string;
  readonly ringBytes?: number;
  /** Brings both rings to where they differ. */
  readonly prepare?: (lockstep: Lockstep) => Promise<void> | void;
  readonly operation: Operation;
  /** The result, and `signal` behind it where the other side would be signalled; then what was read. */
  readonly ours: string;
  readonly dpdk: string;
  readonly right: string;
}

const RING_BYTES = 8192;

function sent(type: SentPacket['type'], payloadBytes: number): SentPacket {
  return { type, transactionId: 7n, payloadBytes, seed: 1, setId: 0, ranges: [] };
}

const READ: Operation = { name: 'read', count: 1 };

function write(type: SentPacket['type'], payloadBytes: number): Operation {
  return { name: 'write', packets: [sent(type, payloadBytes)] };
}

/** Has both rings hold a descriptor `{type, data_offset8, length8, flags}` with id 7, and `availableBytes` to be read. */
function descriptor(fields: readonly number[], availableBytes: number, more: readonly number[] = []) {
  return (lockstep: Lockstep): void => {
    const bytes = Buffer.alloc(16 + more.length * 4);
    for (const [i, field] of fields.entries()) bytes.writeUInt16LE(field, i * 2);
    bytes.writeUInt32LE(7, 8);
    for (const [i, word] of more.entries()) bytes.writeUInt32LE(word, 16 + i * 4);
    lockstep.put(0, bytes);
    lockstep.store(WORD.in, availableBytes);
  };
}

const SECTION_4 = 'we are: section 4';

/** `right` names the section of the protocol's facts. */
const DIFFERENCES: readonly Difference[] = [
  {
    what: 'a reader frees what a writer asked for, whose feature bit is clear',
    prepare: async (lockstep) => {
      await lockstep.perform(write('inband', 4000));
      lockstep.store(WORD.featureBits, 0);
      lockstep.store(WORD.pendingSendSize, RING_BYTES - 8);
    },
    operation: READ,
    ours: 'ok, signal: 0 inband - 4000 18d3eb99',
    dpdk: 'ok: 0 inband - 4000 18d3eb99',
    right:
      'we are: section 3 has no such condition, and the C library and the crate do not look (section 1). It costs a signal at most',
  },
  {
    what: 'rte_vmbus_chan_recv of a packet without a transaction id',
    prepare: async (lockstep) => {
      await lockstep.perform(write('inband', 8));
    },
    operation: { name: 'receive' },
    ours: 'ok: - 8 775793ed',
    dpdk: 'ok: 7 8 775793ed',
    right: 'we are: the field means nothing there, section 2',
  },
  {
    what: 'in is not below the size',
    prepare: descriptor([6, 2, 3, 0], RING_BYTES + 32),
    operation: READ,
    ours: 'InvalidRingPointer',
    dpdk: 'ok: 0 inband - 8 6522df69',
    right: SECTION_4,
  },
  {
    what: 'in is no multiple of 8',
    prepare: descriptor([6, 2, 3, 0], 36),
    operation: READ,
    ours: 'InvalidRingPointer',
    dpdk: 'ok: 0 inband - 8 6522df69',
    right: SECTION_4,
  },
  {
    what: 'out is not below the size, when it is looked at for room',
    prepare: async (lockstep) => {
      await lockstep.perform(write('inband', 4000));
      lockstep.store(WORD.out, RING_BYTES + 4096);
    },
    operation: write('inband', 5000),
    ours: 'InvalidRingPointer',
    dpdk: 'ok',
    right: SECTION_4,
  },
  {
    what: 'out is no multiple of 8, when it is looked at for room',
    prepare: async (lockstep) => {
      await lockstep.perform(write('inband', 4000));
      lockstep.store(WORD.out, 4020);
    },
    operation: write('inband', 5000),
    ours: 'InvalidRingPointer',
    dpdk: 'ok',
    right: SECTION_4,
  },
  {
    what: '8 bytes available',
    prepare: descriptor([6, 2, 2, 0], 8),
    operation: READ,
    ours: 'InvalidDataAvailable',
    dpdk: 'EAGAIN',
    right: `${SECTION_4}, step 3. DPDK waits for ever`,
  },
  {
    what: '16 bytes available',
    prepare: descriptor([6, 2, 2, 0], 16),
    operation: READ,
    ours: 'InvalidDataAvailable',
    dpdk: 'EAGAIN',
    right: `${SECTION_4}, step 3. DPDK waits for ever`,
  },
  {
    what: 'a packet longer than what is available',
    prepare: descriptor([6, 2, 5, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'EAGAIN',
    right: `${SECTION_4}, step 4. DPDK waits for ever`,
  },
  {
    what: 'a packet that fits, and its footer does not',
    prepare: descriptor([6, 2, 4, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'EAGAIN',
    right: `${SECTION_4}, step 4. DPDK waits for ever`,
  },
  {
    what: 'a descriptor shorter than a descriptor',
    prepare: descriptor([6, 1, 3, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'EIO',
    right: 'both are: an error, nothing consumed',
  },
  {
    what: 'a header longer than its packet',
    prepare: descriptor([6, 4, 3, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'EIO',
    right: 'both are: an error, nothing consumed',
  },
  {
    what: 'unknown flags',
    prepare: descriptor([6, 2, 3, 2], 32),
    operation: READ,
    ours: 'InvalidDescriptorFlags',
    dpdk: 'ok: invalid: unknown flags',
    right: `${SECTION_4}, step 5`,
  },
  {
    what: 'an unknown type',
    prepare: descriptor([10, 2, 3, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorType',
    dpdk: 'ok: invalid: an unknown type',
    right: `${SECTION_4}, step 6`,
  },
  {
    what: 'GPA direct without an extended header',
    prepare: descriptor([9, 2, 3, 1], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'ok: invalid: an extended header that is too short',
    right: `${SECTION_4}, step 7`,
  },
  {
    what: 'GPA direct with 0 ranges',
    prepare: descriptor([9, 3, 3, 1], 32),
    operation: READ,
    ours: 'InvalidDescriptorGpaDirectRangeCount',
    dpdk: 'ok: invalid: GPA direct without ranges',
    right: `${SECTION_4}, step 8`,
  },
  {
    what: 'transfer pages with more ranges than the header holds',
    prepare: descriptor([7, 4, 4, 1], 40, [0, 2]),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'ok: invalid: more ranges than its header holds',
    right: `${SECTION_4}, step 9`,
  },
  {
    what: 'a packet larger than the ring is to be sent',
    operation: write('inband', RING_BYTES),
    ours: 'InvalidMessageLength',
    dpdk: 'EAGAIN',
    right: `${SECTION_4}, our own caller. Who waits for room with DPDK waits for ever`,
  },
  {
    what: 'a packet longer than its length field can say is to be sent',
    ringBytes: 1 << 20,
    operation: write('inband', 524_304),
    ours: 'InvalidMessageLength',
    dpdk: 'ok',
    right: `${SECTION_4}, our own caller. DPDK cuts the length to 16 bits, and the rest is read as other packets`,
  },
  {
    what: 'GPA direct with 0 ranges is to be sent',
    operation: write('gpa', 8),
    ours: 'InvalidDescriptorGpaDirectRangeCount',
    dpdk: 'ok',
    right: `${SECTION_4}: no reader that checks takes such a packet`,
  },
];

function show({ result, signal, packets }: { result: string; signal: boolean; packets: readonly string[] }): string {
  const read = packets.length === 0 ? '' : `: ${packets.join(', ')}`;
  return `${result}${signal ? ', signal' : ''}${read}`;
}

withDpdk('differences', () => {
  describe('where DPDK does otherwise', () => {
    it('a ring that is opened: we mask it and announce the pending send size, DPDK leaves it as it is (both may, section 3)', async (t) => {
      const lockstep = await Lockstep.open(t, RING_BYTES);
      const words = ({ interruptMask, featureBits }: typeof WORD, page: Uint32Array) => [
        page[interruptMask],
        page[featureBits],
      ];
      assert.deepEqual(words(WORD, lockstep.control), [1, 1]);
      assert.deepEqual(words(WORD, lockstep.dpdkControl), [0, 0]);
      lockstep.store(WORD.interruptMask, 0);
      lockstep.store(WORD.featureBits, 0);
      lockstep.checkImages();
    });

    for (const { what, ringBytes = RING_BYTES, prepare, operation, ours, dpdk, right } of DIFFERENCES) {
      it(what, async (t) => {
        t.diagnostic(`we: ${ours}; DPDK: ${dpdk}; right: ${right}`);
        const lockstep = await Lockstep.openAlike(t, ringBytes);
        await prepare?.(lockstep);
        lockstep.checkImages();
        const outcomes = await lockstep.perform(operation);
        assert.deepEqual([show(outcomes.ours), show(outcomes.dpdk)], [ours, dpdk]);
        await lockstep.dpdk.close();
      });
    }
  });
});
