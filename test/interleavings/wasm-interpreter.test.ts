import assert from 'node:assert/strict';
import { it } from 'node:test';
import { accelerateMemory, type SharedWasmMemory } from '../../src/index.ts';
import { acceleratedBuffers } from '../../src/memory/accelerated-buffers.ts';
import { allocateShared } from '../../src/transport/threads/shared-memory.ts';
import { RING_CALLS } from '../../src/wasm/ring-calls-bytes.ts';
import { chooseSeed } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { interpret, type WasmMemoryAccess } from './wasm-interpreter.ts';
import { readModule } from './wasm-module.ts';

const BYTES = 65_536;
const CALLS = 4000;

function accessTo(bytes: Uint8Array): WasmMemoryAccess {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    load: (at, width) => {
      if (width === 8) return view.getBigUint64(at, true);
      return BigInt(width === 4 ? view.getUint32(at, true) : view.getUint8(at));
    },
    store: (at, width, value) => {
      if (width === 8) view.setBigUint64(at, value, true);
      else if (width === 4) view.setUint32(at, Number(value), true);
      else view.setUint8(at, Number(value));
    },
    atomicLoad: (at) => view.getUint32(at, true),
    atomicStore: (at, value) => view.setUint32(at, value, true),
  };
}

/** Parameters of each call, as the library would give them: addresses within the memory, packets that fit. */
function parametersOf(name: string, random: Xorshift, bytes: Uint8Array): number[] {
  const page = 4096 * random.below(4);
  const at = 20_480 + 8 * random.below(1000);
  const [source, length] = [32_768 + random.below(9000), random.below(300)];
  const pointer = 8 * random.below(512);
  const units = 2 + Math.ceil(length / 8);
  switch (name) {
    case 'commitWrite':
    case 'commitRead':
      return [page, pointer, random.below(2) === 0 ? pointer : 8 * random.below(512)];
    case 'copy':
      // One time in two they overlap.
      return [source + (random.below(2) === 0 ? random.below(300) : -9000), source, length];
    case 'send':
      return [page, pointer, 8 * random.below(512), at, 6 | (2 << 16), units, random.next(), pointer, source, length];
    case 'receive':
      return [page, pointer, source, at, length];
    case 'receiveSeen': {
      const words = new Int32Array(bytes.buffer, bytes.byteOffset);
      words[page / 4] = random.below(4) === 0 ? random.below(5000) : 8 * random.below(512);
      words[at / 4] = 6 | (2 << 16);
      words[at / 4 + 1] = units;
      const known = [0, 1, 2, 3].map((i) => words[at / 4 + i]! + (random.below(12) === 0 ? 1 : 0));
      return [page, 4096, pointer, 8 * random.below(512), 8 * random.below(100), at, ...known, source];
    }
    default:
      return [page];
  }
}

it('what is interpreted does what engines make of the same bytes', (t) => {
  const seed = chooseSeed();
  t.diagnostic(`replay with VMBUS_RING_SEED=${seed}`);
  const random = new Xorshift(seed);
  const memory = allocateShared(BYTES) as SharedWasmMemory;
  assert.equal(accelerateMemory(memory), true);
  const real = acceleratedBuffers.get(memory.buffer) as unknown as Record<string, (...parameters: number[]) => number>;
  const realBytes = new Uint8Array(memory.buffer);
  const bytes = new Uint8Array(BYTES);
  const module = readModule(Uint8Array.from(atob(RING_CALLS), (character) => character.charCodeAt(0)));
  const ours = interpret(module, accessTo(bytes));
  const names = Object.keys(real);
  assert.deepEqual(Object.keys(ours), names);
  bytes.set(random.bytes(BYTES));
  const results = new Set<string>();
  for (let i = 0; i < CALLS; i++) {
    const name = names[i % names.length]!;
    const parameters = parametersOf(name, random, bytes);
    realBytes.set(bytes);
    const [expected, actual] = [real[name]!(...parameters), ours[name]!(...parameters)];
    assert.equal(actual, expected, `${name}(${parameters.join()})`);
    assert.equal(Buffer.compare(bytes, realBytes), 0, `${name}(${parameters.join()}) leaves other bytes`);
    if (name === 'receiveSeen' || name === 'send') results.add(`${name} ${actual}`);
  }
  for (const result of ['receiveSeen -1', 'receiveSeen 1', 'send 0']) assert.ok(results.has(result), `never ${result}`);
});
