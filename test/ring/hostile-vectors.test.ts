import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  GpaRangeError,
  IncomingRing,
  readGpaRanges,
  VMBUS_RING_ERRORS,
  type VmbusRingErrorCode,
} from '../../src/index.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { MEMORY_KINDS, type TestMemory } from '../support/memories.ts';
import { decodePacket } from './listing.ts';

const FOLDER = new URL('../vectors/hostile/', import.meta.url);

interface Want {
  readonly name: string;
  readonly want: string;
}

const WANTS = JSON.parse(readFileSync(new URL('want.json', FOLDER), 'utf8')) as Want[];

function readOnePacket(ring: IncomingRing, memory: TestMemory): void {
  const offset = ring.incoming();
  assert.equal(ring.canRead(offset), true);
  const packet = ring.read(offset);
  assert.ok(packet !== null);
  decodePacket(ring, packet, 0);
  assert.equal(packet.size % 8, 0);
  assert.equal(ring.canRead(offset), false);
  assert.equal(ring.read(offset), null, 'a second packet');
  ring.commitRead(offset);
  assert.equal(memory.control()[1], memory.control()[0], 'out is in');
}

function readBadRanges(ring: IncomingRing): void {
  const offset = ring.incoming();
  const packet = ring.read(offset);
  assert.ok(packet !== null);
  const thrown: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    try {
      readGpaRanges(ring, packet);
    } catch (error) {
      thrown.push(error instanceof GpaRangeError ? error.code : error);
    }
  }
  assert.deepEqual(thrown, ['OffsetTooLarge', 'OffsetTooLarge']);
}

function readBadPointer(ring: IncomingRing, memory: TestMemory): void {
  const before = memory.image();
  for (let i = 0; i < 2; i++) {
    const error = assertRingError('InvalidRingPointer', () => ring.incoming());
    assert.equal(error.offset, null);
  }
  assert.deepEqual(memory.image(), before);
}

function readBadPacket(ring: IncomingRing, memory: TestMemory, code: VmbusRingErrorCode): void {
  const offset = ring.incoming();
  const inspected = offset.inspect();
  const before = memory.image();
  for (let i = 0; i < 2; i++) {
    const error = assertRingError(code, () => ring.read(offset));
    assert.equal(error.offset, inspected.nextOut);
    assert.deepEqual(offset.inspect(), inspected, 'the error consumed something');
  }
  assert.equal(ring.commitRead(offset), false);
  assert.deepEqual(memory.image(), before);
}

function isErrorCode(want: string): want is VmbusRingErrorCode {
  return Object.hasOwn(VMBUS_RING_ERRORS, want);
}

function check(want: string, ring: IncomingRing, memory: TestMemory): void {
  if (want === '1 packet') readOnePacket(ring, memory);
  else if (want === 'range error when the ranges are read') readBadRanges(ring);
  else if (want === 'InvalidRingPointer') readBadPointer(ring, memory);
  else if (isErrorCode(want)) readBadPacket(ring, memory, want);
  else assert.fail(`want.json wants ${want}`);
}

it('every hostile ring has its answer, and every answer its ring', () => {
  const rings = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ring'))
    .map((name) => name.slice(0, -'.ring'.length));
  assert.deepEqual(WANTS.map(({ name }) => name).sort(), rings.sort());
});

for (const kind of MEMORY_KINDS) {
  describe(`hostile rings over ${kind.name}`, () => {
    for (const { name, want } of WANTS) {
      it(`${name}: ${want}`, () => {
        const image = readFileSync(new URL(`${name}.ring`, FOLDER));
        const memory = kind.make(image.length - 4096);
        memory.load(image);
        check(want, new IncomingRing(memory.memory), memory);
        memory.checkCanaries();
      });
    }
  });
}
