import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectUioDevice } from '../../src/transport/node/uio/connect-device.ts';
import type { UioDeviceInfo, UioMap } from '../../src/transport/node/uio/uio-devices.ts';
import { UioError } from '../../src/transport/node/uio/uio-error.ts';
import { assertRingError } from '../support/assert-errors.ts';
import { openDescriptors } from '../support/process-state.ts';
import { StandIn } from './stand-in.ts';

const PAGE = 4096;
const RINGS: UioMap = { name: 'txrx_rings', size: 4 * PAGE, offset: 0 };
const INTERRUPT_PAGE: UioMap = { name: 'int_page', size: PAGE, offset: 0 };
const MONITOR_PAGE: UioMap = { name: 'monitor_page', size: PAGE, offset: 0 };

function assertRefused(standIn: StandIn, maps: readonly UioMap[], message: RegExp): void {
  const info: UioDeviceInfo = { ...standIn.info, maps };
  assert.throws(
    () => connectUioDevice(standIn.device(), info, info.monitorId !== null),
    (error) => {
      assert.ok(error instanceof UioError, String(error));
      assert.equal(error.code, 'InvalidMap');
      assert.match(error.message, message);
      return true;
    },
  );
  for (const { bytes } of standIn.mapped) assert.equal(bytes.length, 0, 'a mapping is left');
}

const WRONG: readonly (readonly [what: string, maps: readonly UioMap[], message: RegExp])[] = [
  ['no maps', [], /map 0: there is none/],
  ['another name', [{ ...RINGS, name: 'txrx_ring' }], /"txrx_ring", not txrx_rings/],
  ['rings that begin within a page', [{ ...RINGS, offset: 8 }], /begins at byte 8/],
  ['0 bytes', [{ ...RINGS, size: 0 }], /0 bytes/],
  ['an odd size', [{ ...RINGS, size: 4 * PAGE + 1 }], /two halves of whole pages/],
  ['an odd number of pages', [{ ...RINGS, size: 5 * PAGE }], /two halves of whole pages/],
  ['rings without data', [{ ...RINGS, size: 2 * PAGE }], /a control and a data page each/],
  ['rings above 1 GiB', [{ ...RINGS, size: 2 ** 31 + 4 * PAGE }], /too many/],
  ['sizes beyond all memory', [{ ...RINGS, size: Number.MAX_SAFE_INTEGER }], /map 0/],
  ['no interrupt page', [RINGS], /map 1: there is none/],
  ['no monitor page', [RINGS, INTERRUPT_PAGE], /map 2: there is none/],
  ['pages in another order', [RINGS, MONITOR_PAGE, INTERRUPT_PAGE], /map 1: it is called "monitor_page"/],
  ['a long interrupt page', [RINGS, { ...INTERRUPT_PAGE, size: 2 * PAGE }, MONITOR_PAGE], /map 1: 8192 bytes/],
  ['a monitor page of 0 bytes', [RINGS, INTERRUPT_PAGE, { ...MONITOR_PAGE, size: 0 }], /map 2: 0 bytes/],
];

for (const [what, maps, message] of WRONG) {
  test(`maps that no kernel makes are refused: ${what}`, () => {
    const before = openDescriptors();
    using standIn = new StandIn({ monitorId: 9 });
    assertRefused(standIn, maps, message);
    assert.equal(openDescriptors(), before + 1, 'the host has its end, the guest has none');
  });
}

test('a device that is not monitored needs no more than its rings', () => {
  using standIn = new StandIn();
  const channel = connectUioDevice(standIn.device(), { ...standIn.info, maps: [RINGS] }, false);
  channel.close();
});

test('a map that is shorter than sysfs says is refused', () => {
  using standIn = new StandIn();
  standIn.shortBy = PAGE;
  assertRefused(standIn, [RINGS], /12288 bytes were mapped, sysfs says 16384/);
});

for (const [ring, word, value] of [
  [0, 0, 4],
  [0, 1, PAGE],
  [1, 0, -8],
  [1, 1, 0x7fff_fff8],
] as const) {
  test(`rings with a pointer that is none are refused: word ${word} of ring ${ring} is ${value}`, () => {
    using standIn = new StandIn();
    const half = standIn.halves()[ring];
    new Int32Array(half.buffer, half.byteOffset)[word] = value;
    assertRingError('InvalidRingPointer', () => standIn.connect());
    for (const { bytes } of standIn.mapped) assert.equal(bytes.length, 0);
  });
}

test('the feature bits of our own ring are the kernel 1 or 0, those of the host are its own', () => {
  for (const featureBits of [0, 1]) {
    using standIn = new StandIn({ featureBits });
    standIn.connect().close();
  }
  using future = new StandIn();
  const [outgoing, incoming] = future.halves();
  new Int32Array(incoming.buffer, incoming.byteOffset)[16] = 0x7fff_ffff;
  future.connect().close();
  using strange = new StandIn();
  new Int32Array(strange.halves()[0].buffer)[16] = 2;
  assertRefused(strange, [RINGS], /feature bits of the outgoing ring are 0x2/);
  assert.equal(outgoing.length, incoming.length);
});
