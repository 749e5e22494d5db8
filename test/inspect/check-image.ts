import assert from 'node:assert/strict';
import {
  GPA_RANGE_ERRORS,
  GpaRangeError,
  IncomingRing,
  readGpaRanges,
  SingleMappedRingMem,
  VMBUS_RING_ERRORS,
  VmbusRingError,
} from '../../src/index.ts';
import {
  formatRingJson,
  formatRingText,
  inspectRingImage,
  RingImage,
  type RingReport,
} from '../../src/inspect/index.ts';
import { imageIndex, packetBytesAt, readWord } from './images.ts';

const ERROR_CODES = new Set([...Object.keys(VMBUS_RING_ERRORS), ...Object.keys(GPA_RANGE_ERRORS)]);
const TYPES = new Set(['in-band', 'completion', 'gpa-direct', 'transfer-pages']);
const PACKET_KEYS = ['offset', 'type', 'transactionId', 'payloadLength', 'crc32', 'transferPageSetId', 'ranges'];

/** What a reader makes of the same image: where each packet lies, and the error that ends it. */
function readAll(image: Uint8Array): { readonly offsets: number[]; readonly code: string | null } {
  const offsets: number[] = [];
  try {
    const ring = new IncomingRing(new SingleMappedRingMem(new Uint8Array(image)));
    const offset = ring.incoming();
    for (let packet = ring.read(offset); packet !== null; packet = ring.read(offset)) {
      offsets.push(packet.offset);
      if (packet.typ.kind === 'GpaDirect') readGpaRanges(ring, packet);
    }
  } catch (error) {
    if (error instanceof VmbusRingError || error instanceof GpaRangeError) return { offsets, code: error.code };
    throw error;
  }
  return { offsets, code: null };
}

function checkPackets(report: RingReport): void {
  for (const packet of [...report.packets, ...report.history!]) {
    assert.ok(TYPES.has(packet.type));
    assert.ok(packet.offset >= 0 && packet.offset < report.size && packet.offset % 8 === 0);
    assert.match(packet.crc32, /^[0-9a-f]{8}$/);
    assert.equal(packet.payloadHex?.length, packet.payloadLength * 2);
    const keys = Object.keys(packet).filter((key) => key !== 'payloadHex');
    assert.deepEqual(
      keys,
      PACKET_KEYS.filter((key) => keys.includes(key)),
    );
  }
}

/** Consumed packets adjoin each other and `out`, and take no byte that is the reader's. */
function checkHistory(image: Uint8Array<ArrayBuffer>, report: RingReport): void {
  const { size } = report;
  let at = report.control.out;
  let walked = 0;
  for (const { offset } of report.history!.toReversed()) {
    const bytes = packetBytesAt(image, offset);
    assert.equal((offset + bytes) % size, at);
    assert.equal(readWord(image, imageIndex(image, offset + bytes - 4)), offset);
    at = offset;
    walked += bytes;
  }
  const available = (report.control.in - report.control.out + size) % size;
  assert.ok(walked === 0 || walked <= size - available);
}

/** Everything that must hold of an image, whatever is in it. */
export function checkImage(image: Uint8Array<ArrayBuffer>): void {
  const before = new Uint8Array(image);
  const options = { hex: true, history: true };
  const report = inspectRingImage(image, options);
  const read = readAll(image);
  assert.deepEqual(
    report.packets.map(({ offset }) => offset),
    read.offsets,
  );
  assert.equal(report.error?.code ?? null, read.code);
  if (report.error !== null) assert.ok(ERROR_CODES.has(report.error.code));
  for (const { code } of report.warnings) assert.ok(code === 'FooterMismatch' || ERROR_CODES.has(code));
  checkPackets(report);
  checkHistory(image, report);
  const opened = new RingImage(image);
  assert.equal(JSON.stringify(JSON.parse([...formatRingJson(opened, options)].join(''))), JSON.stringify(report));
  for (const line of formatRingText(opened, options)) assert.match(line, /^[ -~]*$/);
  assert.equal(Buffer.compare(image, before), 0, 'the image was changed');
}
