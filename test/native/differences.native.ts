// Where DPDK does otherwise than this library: an example of each known difference, to the last word. Anything else that differs fails in
// lockstep.native.ts, on random streams.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withDpdk } from './dpdk-only.ts';
import { Lockstep } from './lockstep/lockstep.ts';
import { type Operation, type SentPacket, WORD } from './lockstep/operation.ts';
import { takeStep } from './streams/judge.ts';
import { BROKEN_DIFFERENCES, SMALL_DIFFERENCES } from './streams/known-differences.ts';

interface Example {
  /** The known difference that it is an example of: its `what`. */
  readonly of: string;
  /** Which of its cases it is, where it has several. */
  readonly case?: string;
  readonly ringBytes?: number;
  /** Brings both rings to where they differ. */
  readonly prepare?: (lockstep: Lockstep) => Promise<void> | void;
  readonly operation: Operation;
  /** The result, and `signal` behind it where the other side would be signalled; then what was read. */
  readonly ours: string;
  readonly dpdk: string;
}

const KNOWN = [...SMALL_DIFFERENCES, ...BROKEN_DIFFERENCES];

const RING_BYTES = 8192;

function sent(type: SentPacket['type'], payloadBytes: number): SentPacket {
  return { type, transactionId: 7n, payloadBytes, seed: 1, setId: 0, ranges: [] };
}

const READ: Operation = { name: 'read', count: 1, via: 'range' };

function write(type: SentPacket['type'], payloadBytes: number): Operation {
  return { name: 'write', packets: [sent(type, payloadBytes)], via: 'range' };
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

const EXAMPLES: readonly Example[] = [
  {
    of: 'a reader frees what a writer asked for, whose feature bit is clear',
    prepare: async (lockstep) => {
      await lockstep.perform(write('inband', 4000));
      lockstep.store(WORD.featureBits, 0);
      lockstep.store(WORD.pendingSendSize, RING_BYTES - 8);
    },
    operation: READ,
    ours: 'ok, signal: 0 inband - 4000 18d3eb99',
    dpdk: 'ok: 0 inband - 4000 18d3eb99',
  },
  {
    of: 'rte_vmbus_chan_recv of a packet without a transaction id',
    prepare: async (lockstep) => {
      await lockstep.perform(write('inband', 8));
    },
    operation: { name: 'receive' },
    ours: 'ok: - 8 775793ed',
    dpdk: 'ok: 7 8 775793ed',
  },
  {
    of: 'in is not below the size',
    prepare: descriptor([6, 2, 3, 0], RING_BYTES + 32),
    operation: READ,
    ours: 'InvalidRingPointer',
    dpdk: 'ok: 0 inband - 8 6522df69',
  },
  {
    of: 'in is no multiple of 8',
    prepare: descriptor([6, 2, 3, 0], 36),
    operation: READ,
    ours: 'InvalidRingPointer',
    dpdk: 'ok: 0 inband - 8 6522df69',
  },
  {
    of: 'out is not below the size or no multiple of 8, and our writer looks at it for room',
    case: 'not below the size',
    prepare: async (lockstep) => {
      await lockstep.perform(write('inband', 4000));
      lockstep.store(WORD.out, RING_BYTES + 4096);
    },
    operation: write('inband', 5000),
    ours: 'InvalidRingPointer',
    dpdk: 'ok',
  },
  {
    of: 'out is not below the size or no multiple of 8, and our writer looks at it for room',
    case: 'no multiple of 8',
    prepare: async (lockstep) => {
      await lockstep.perform(write('inband', 4000));
      lockstep.store(WORD.out, 4020);
    },
    operation: write('inband', 5000),
    ours: 'InvalidRingPointer',
    dpdk: 'ok',
  },
  {
    of: 'out is not below the size or no multiple of 8, and our writer knows of enough room without it',
    prepare: (lockstep) => lockstep.store(WORD.out, 4),
    operation: write('inband', 5000),
    ours: 'ok',
    dpdk: 'EAGAIN',
  },
  {
    of: 'a reader takes room back that it gave, and our writer knows of it',
    prepare: (lockstep) => lockstep.store(WORD.out, 64),
    operation: write('inband', 5000),
    ours: 'ok',
    dpdk: 'EAGAIN',
  },
  {
    of: 'a packet longer than the ring',
    prepare: descriptor([6, 2, 1025, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'ENOBUFS',
  },
  {
    of: '8 or 16 bytes available',
    case: '8',
    prepare: descriptor([6, 2, 2, 0], 8),
    operation: READ,
    ours: 'InvalidDataAvailable',
    dpdk: 'EAGAIN',
  },
  {
    of: '8 or 16 bytes available',
    case: '16',
    prepare: descriptor([6, 2, 2, 0], 16),
    operation: READ,
    ours: 'InvalidDataAvailable',
    dpdk: 'EAGAIN',
  },
  {
    of: 'a packet that is longer than what is available, be it by its footer',
    case: 'by its payload',
    prepare: descriptor([6, 2, 5, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'EAGAIN',
  },
  {
    of: 'a packet that is longer than what is available, be it by its footer',
    case: 'by its footer',
    prepare: descriptor([6, 2, 4, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'EAGAIN',
  },
  {
    of: 'a descriptor shorter than a descriptor, or a header longer than its packet',
    case: 'the former',
    prepare: descriptor([6, 1, 3, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'EIO',
  },
  {
    of: 'a descriptor shorter than a descriptor, or a header longer than its packet',
    case: 'the latter',
    prepare: descriptor([6, 4, 3, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'EIO',
  },
  {
    of: 'unknown flags',
    prepare: descriptor([6, 2, 3, 2], 32),
    operation: READ,
    ours: 'InvalidDescriptorFlags',
    dpdk: 'ok: invalid: unknown flags',
  },
  {
    of: 'an unknown type',
    prepare: descriptor([10, 2, 3, 0], 32),
    operation: READ,
    ours: 'InvalidDescriptorType',
    dpdk: 'ok: invalid: an unknown type',
  },
  {
    of: 'an extended header shorter than its fixed part',
    prepare: descriptor([9, 2, 3, 1], 32),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'ok: invalid: an extended header that is too short',
  },
  {
    of: 'GPA direct with 0 ranges',
    prepare: descriptor([9, 3, 3, 1], 32),
    operation: READ,
    ours: 'InvalidDescriptorGpaDirectRangeCount',
    dpdk: 'ok: invalid: GPA direct without ranges',
  },
  {
    of: 'transfer pages with more ranges than the header holds',
    prepare: descriptor([7, 4, 4, 1], 40, [0, 2]),
    operation: READ,
    ours: 'InvalidDescriptorLengths',
    dpdk: 'ok: invalid: more ranges than its header holds',
  },
  {
    of: 'a packet larger than the ring is to be sent',
    operation: write('inband', RING_BYTES),
    ours: 'InvalidMessageLength',
    dpdk: 'EAGAIN',
  },
  {
    of: 'a packet longer than its length field can say is to be sent',
    ringBytes: 1 << 20,
    operation: write('inband', 524_304),
    ours: 'InvalidMessageLength',
    dpdk: 'ok',
  },
  {
    of: 'GPA direct with 0 ranges is to be sent',
    operation: write('gpa', 8),
    ours: 'InvalidDescriptorGpaDirectRangeCount',
    dpdk: 'ok',
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

    for (const { of, case: which, ringBytes = RING_BYTES, prepare, operation, ours, dpdk } of EXAMPLES) {
      it(which === undefined ? of : `${of}: ${which}`, async (t) => {
        const known = KNOWN.find(({ what }) => what === of);
        t.diagnostic(`we: ${ours}; DPDK: ${dpdk}; right: ${known?.right}`);
        const lockstep = await Lockstep.openAlike(t, ringBytes);
        await prepare?.(lockstep);
        lockstep.checkImages();
        const { outcomes, differences } = await takeStep(lockstep, operation);
        assert.deepEqual([show(outcomes.ours), show(outcomes.dpdk)], [ours, dpdk]);
        assert.deepEqual(differences, [of]);
        await lockstep.dpdk.close();
      });
    }

    it('any other difference fails', async (t) => {
      const lockstep = await Lockstep.openAlike(t, RING_BYTES);
      lockstep.dpdkControl[WORD.interruptMask] = 0;
      await assert.rejects(takeStep(lockstep, write('inband', 8)), /the images differ, at word 2 of the control page/);
      await lockstep.dpdk.close();
    });

    it('there is an example of each known difference', () => {
      const examples = new Set(EXAMPLES.map(({ of }) => of));
      assert.deepEqual(examples, new Set(KNOWN.map(({ what }) => what)));
    });

    it('who is right is said of each, and where', () => {
      for (const { what, right } of KNOWN)
        assert.match(right, /^(we are|both are|both may|DPDK is): .*sections? \d/, what);
    });
  });
});
