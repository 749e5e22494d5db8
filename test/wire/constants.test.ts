import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as wire from '../../src/wire/index.ts';
import * as page from '../../src/wire/page.ts';
import * as transferPageRange from '../../src/wire/transfer-page-range.ts';

/** The numbers of the wire, as `protocol.md` has them. */
const NUMBERS = {
  PAGE_SIZE: 4096,
  PAGE_SHIFT: 12,
  MAXIMUM_RING_SIZE: 1073741824,
  CONTROL_WORD_COUNT: 32,
  CONTROL_IN: 0,
  CONTROL_OUT: 1,
  CONTROL_INTERRUPT_MASK: 2,
  CONTROL_PENDING_SEND_SIZE: 3,
  CONTROL_FEATURE_BITS: 16,
  FEATURE_SUPPORTS_PENDING_SEND_SIZE: 1,
  PACKET_TYPE_IN_BAND: 6,
  PACKET_TYPE_TRANSFER_PAGES: 7,
  PACKET_TYPE_GPA_DIRECT: 9,
  PACKET_TYPE_COMPLETION: 11,
  PACKET_FLAG_COMPLETION_REQUESTED: 1,
  DESCRIPTOR_SIZE: 16,
  EXTENDED_HEADER_SIZE: 8,
  FOOTER_SIZE: 8,
  MINIMUM_PACKET_SIZE: 24,
  MAXIMUM_DESCRIBED_SIZE: 524280,
  TRANSFER_PAGE_RANGE_SIZE: 8,
  PIPE_PACKET_TYPE_DATA: 1,
  PIPE_PACKET_TYPE_PARTIAL: 2,
  PIPE_PACKET_TYPE_SETUP_GPA_DIRECT: 3,
  PIPE_PACKET_TYPE_TEARDOWN_GPA_DIRECT: 4,
  MAXIMUM_PIPE_PACKET_SIZE: 16384,
};

describe('the constants of the wire', () => {
  it('are the numbers that the protocol has, and there are no others', () => {
    const exported = { ...wire, ...page, ...transferPageRange };
    const numbers = Object.entries(exported).filter(([, value]) => typeof value === 'number');
    assert.deepEqual(Object.fromEntries(numbers), NUMBERS);
  });
});

describe('the names of the errors', () => {
  it("are the crate's, and one more for memory that is no ring", () => {
    assert.deepEqual(Object.keys(wire.VMBUS_RING_ERRORS).sort(), [
      'InterruptsExternallyMasked',
      'InvalidDataAvailable',
      'InvalidDescriptorFlags',
      'InvalidDescriptorGpaDirectRangeCount',
      'InvalidDescriptorLengths',
      'InvalidDescriptorType',
      'InvalidMessageLength',
      'InvalidRingMemory',
      'InvalidRingPointer',
      'RingTooLarge',
    ]);
  });
});

describe('VmbusRingError', () => {
  it('has a code, an offset and a message that says both', () => {
    const error = new wire.VmbusRingError('InvalidDescriptorType', 4088, '0xa');
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'VmbusRingError');
    assert.equal(error.code, 'InvalidDescriptorType');
    assert.equal(error.offset, 4088);
    assert.equal(error.message, 'unknown packet descriptor type at ring offset 4088: 0xa');
    assert.equal(error.cause, undefined);
  });

  it('has no offset where it is no packet that is wrong, and keeps its cause', () => {
    const cause = new TypeError('detached');
    const error = new wire.VmbusRingError('InvalidRingMemory', null, '', { cause });
    assert.equal(error.offset, null);
    assert.equal(error.message, 'invalid ring memory');
    assert.equal(error.cause, cause);
  });

  it('has a message of its own for each code', () => {
    const messages = Object.values(wire.VMBUS_RING_ERRORS);
    assert.equal(new Set(messages).size, messages.length);
  });
});

describe('InvalidPacketError', () => {
  it("is a RangeError with the crate's name of the mistake", () => {
    const error = new wire.InvalidPacketError('InvalidMessageLength', 'too long');
    assert.ok(error instanceof RangeError);
    assert.equal(error.name, 'InvalidPacketError');
    assert.equal(error.code, 'InvalidMessageLength');
    assert.equal(error.message, 'invalid message length: too long');
  });
});
