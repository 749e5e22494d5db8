import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { RING_CALLS_MODULE, ringCallsModule } from '../../scripts/ring-calls-module.ts';
import { accelerateMemory, FlatRingMem, type SharedWasmMemory } from '../../src/index.ts';
import { acceleratedBuffers } from '../../src/memory/accelerated-buffers.ts';
import { ControlWords } from '../../src/memory/control-words.ts';
import type { WasmCalls } from '../../src/memory/wasm-calls.ts';
import { allocateShared } from '../../src/transport/threads/shared-memory.ts';
import { Xorshift } from '../support/xorshift.ts';

const BYTES = 65536;

function sharedMemory(): SharedWasmMemory {
  return allocateShared(BYTES) as SharedWasmMemory;
}

function callsOf(memory: SharedWasmMemory): WasmCalls {
  assert.equal(accelerateMemory(memory), true);
  return acceleratedBuffers.get(memory.buffer)!;
}

describe('the WebAssembly that is checked in', () => {
  it('is what its source is compiled to', async () => {
    assert.equal(readFileSync(RING_CALLS_MODULE, 'utf8'), await ringCallsModule());
  });

  it('does to control words what JavaScript does', () => {
    const memory = sharedMemory();
    const calls = callsOf(memory);
    const words = new Int32Array(memory.buffer);
    const random = new Xorshift(3);
    for (const page of [0, 4096, 61440]) {
      const base = page / 4;
      const [byWasm, byAtomics] = [new ControlWords(words, base, calls), new ControlWords(words, base)];
      for (let i = 0; i < 200; i++) {
        for (let word = 0; word < 4; word++)
          words[base + word] = random.below(2) === 0 ? random.below(3) : random.next();
        assert.deepEqual(byWasm.snapshot(), byAtomics.snapshot());
        const before = words.slice(base, base + 32);
        const [newPointer, oldIn] = [random.next(), random.below(2) === 0 ? words[base + 1]! >>> 0 : 8];
        const results = [byWasm, byAtomics].map((control) => {
          words.set(before, base);
          const written = control.commitWrite(newPointer, oldIn);
          const afterWrite = words.slice(base - (base === 0 ? 0 : 4), base + 36);
          words.set(before, base);
          return [written, afterWrite, control.commitRead(newPointer), words.slice(base, base + 36)];
        });
        assert.deepEqual(results[0], results[1]);
      }
    }
  });

  it('copies as set does, whatever the length, the alignment and the overlap', () => {
    const memory = sharedMemory();
    const { copy } = callsOf(memory);
    const room = new Uint8Array(memory.buffer);
    const random = new Xorshift(5);
    const distances = [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 200, 4000];
    for (let length = 0; length <= 300; length++) {
      for (const distance of distances) {
        for (const way of [1, -1]) {
          const source = 8192 + random.below(16);
          const target = source + way * distance;
          room.set(random.bytes(1024), 8000);
          const expected = Uint8Array.from(room.subarray(0, 16384));
          expected.copyWithin(target, source, source + length);
          copy(target, source, length);
          const at = expected.findIndex((byte, i) => byte !== room[i]);
          assert.equal(at, -1, `${length} bytes from ${source} to ${target}: byte ${at}`);
        }
      }
    }
  });

  it('copies half a MiB', () => {
    const memory = allocateShared(1 << 21) as SharedWasmMemory;
    const room = new Uint8Array(memory.buffer);
    const bytes = new Xorshift(9).bytes(524_264);
    room.set(bytes, 8);
    callsOf(memory).copy(1_000_003, 8, bytes.length);
    assert.equal(Buffer.compare(room.subarray(1_000_003, 1_000_003 + bytes.length), bytes), 0);
    assert.deepEqual([room[1_000_002], room[1_000_003 + bytes.length]], [0, 0]);
  });
});

describe('accelerateMemory', () => {
  it('says no to memory that WebAssembly does not share, and rings work there all the same', () => {
    const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: new (limits: object) => SharedWasmMemory } })
      .WebAssembly;
    const own = new Memory({ initial: 1 });
    assert.equal(accelerateMemory(own), false);
    new FlatRingMem(4096, own.buffer).writeAt(0, Uint8Array.of(1));
    assert.equal(accelerateMemory({ buffer: new SharedArrayBuffer(8) }), false);
  });

  it('does nothing the second time', () => {
    const memory = sharedMemory();
    assert.equal(accelerateMemory(memory), true);
    const calls = acceleratedBuffers.get(memory.buffer);
    assert.equal(accelerateMemory(memory), true);
    assert.equal(acceleratedBuffers.get(memory.buffer), calls);
  });

  it('refuses what is no memory', () => {
    for (const bad of [undefined, null, 7] as unknown[]) {
      assert.throws(() => accelerateMemory(bad as SharedWasmMemory), TypeError);
    }
  });
});
