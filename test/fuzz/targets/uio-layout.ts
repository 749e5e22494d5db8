import assert from 'node:assert/strict';
import { checkMonitorMaps, ringMapSize, splitRings } from '../../../src/transport/node/uio/uio-layout.ts';
import type { UioDeviceInfo } from '../../../src/transport/node/uio/uio-devices.ts';
import { UioError } from '../../../src/transport/node/uio/uio-error.ts';
import { typedErrorCode } from '../../support/typed-errors.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { Input } from './input.ts';

const NAMES = ['txrx_rings', 'int_page', 'monitor_page', 'recv:7', 'anything'];

function succeeds(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    assert.ok(error instanceof UioError || typedErrorCode(error) !== null, String(error));
    return false;
  }
}

function deviceOf(input: Input): UioDeviceInfo {
  const maps = Array.from({ length: input.u8() % 6 }, () => {
    const name = NAMES[input.u8() % NAMES.length]!;
    const size = input.u8() % 2 === 0 ? input.u16() * 4096 : input.u32();
    return { name, size, offset: input.u8() % 8 === 7 ? input.u16() % 4096 : 0 };
  });
  return { name: 'uio0', path: '', instanceId: '', classId: '', relid: 1, monitorId: 1, major: 1, minor: 0, maps };
}

/** What a driver and a host may say of a device's memory: taken if it is two rings, and the halves are those. */
export const uioLayouts: FuzzTarget = {
  sources: ['src/transport/node/uio/uio-layout.ts', 'src/transport/check-indices.ts'],
  run(bytes) {
    const input = new Input(bytes);
    const device = deviceOf(input);
    const [rings, interrupts, monitor] = device.maps;
    const isRings =
      rings?.name === 'txrx_rings' &&
      rings.offset === 0 &&
      rings.size % 8192 === 0 &&
      rings.size >= 16384 &&
      rings.size <= 2 ** 31 + 8192;
    assert.equal(
      succeeds(() => ringMapSize(device)),
      isRings,
    );
    const isPage = (map: typeof rings, name: string): boolean =>
      map?.name === name && map.size === 4096 && map.offset === 0;
    assert.equal(
      succeeds(() => checkMonitorMaps(device)),
      isPage(interrupts, 'int_page') && isPage(monitor, 'monitor_page'),
    );
    const memory = new Uint8Array(16384 * (1 + (input.u8() % 2)));
    const half = memory.length / 2;
    const words = [0, half].map((start) => new Uint32Array(memory.buffer, start, 32));
    for (const control of words)
      for (const word of [0, 1, 2, 3, 16]) control[word] = input.u8() % 2 === 0 ? input.u8() * 8 : input.u32();
    const isValid =
      words.every((control) => [0, 1].every((word) => control[word]! < half - 4096 && control[word]! % 8 === 0)) &&
      words[0]![16]! <= 1;
    assert.equal(
      succeeds(() => splitRings(memory)),
      isValid,
    );
    if (!isValid) return;
    const { outgoing, incoming } = splitRings(memory);
    outgoing.writeAt(8, Uint8Array.of(1));
    incoming.writeAt(8, Uint8Array.of(2));
    assert.deepEqual([memory[4096 + 8], memory[half + 4096 + 8]], [1, 2]);
  },
  seeds: () => [
    Uint8Array.of(3, 0, 0, 16, 0, 0, 1, 0, 1, 0, 0, 2, 0, 1, 0, 0, 0),
    Uint8Array.of(1, 0, 1, 0, 64, 0, 0, 0, 1, 1, 0, 0, 0, 0),
  ],
};
