import { PAGE_SIZE } from '../../src/index.ts';
import type { WasmCalls } from '../../src/memory/wasm-calls.ts';
import { RING_CALLS } from '../../src/wasm/ring-calls-bytes.ts';
import type { Accesses } from './stepped-memory.ts';
import { interpret, type WasmMemoryAccess } from './wasm-interpreter.ts';
import { readModule } from './wasm-module.ts';

const MODULE = readModule(Uint8Array.from(atob(RING_CALLS), (character) => character.charCodeAt(0)));

function loadFrom(bytes: Uint8Array, at: number, width: number): bigint {
  let value = 0n;
  for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i]!);
  return value;
}

function storeTo(bytes: Uint8Array, at: number, width: number, value: bigint): void {
  for (let i = 0; i < width; i++) bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

/**
 * The WebAssembly that ships, interpreted: its control page is `accesses`', the ring's data are `data`, and what is behind them in `memory` belongs to this
 * side alone.
 */
export function steppedCalls(memory: Uint8Array, data: Uint8Array, accesses: Accesses): WasmCalls {
  const offsetOf = (address: number): number => {
    if (address < PAGE_SIZE) throw new Error(`a plain access at byte ${address}, where no data are`);
    return address - PAGE_SIZE;
  };
  const access: WasmMemoryAccess = {
    load: (address, width) => {
      const offset = offsetOf(address);
      if (offset >= data.length) return loadFrom(memory, address, width);
      return BigInt(accesses.load(offset, width, () => loadFrom(data, offset, width)));
    },
    store: (address, width, value) => {
      const offset = offsetOf(address);
      if (offset >= data.length) storeTo(memory, address, width, value);
      else accesses.store(offset, width, () => storeTo(data, offset, width, value));
    },
    atomicLoad: (address) => accesses.loadWord(address / 4),
    atomicStore: (address, value) => accesses.storeWord(address / 4, value),
  };
  return interpret(MODULE, access) as unknown as WasmCalls;
}
