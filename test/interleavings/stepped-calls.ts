import type { WasmCalls } from '../../src/memory/wasm-calls.ts';
import { RING_CALLS } from '../../src/wasm/ring-calls-bytes.ts';
import type { Accesses } from './accesses.ts';
import { CHANNEL_BYTES, ringOfData } from './layout.ts';
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

/** The WebAssembly that ships, interpreted: what is behind the channel in `memory` belongs to this side alone, all else is `accesses`'. */
export function steppedCalls(memory: Uint8Array, accesses: Accesses): WasmCalls {
  const checkData = (address: number): void => {
    if (ringOfData(address) === null) throw new Error(`a plain access at byte ${address}, where no data are`);
  };
  const access: WasmMemoryAccess = {
    load: (address, width) => {
      if (address >= CHANNEL_BYTES) return loadFrom(memory, address, width);
      checkData(address);
      // Words are signed there, and what the module loads is not.
      return BigInt.asUintN(8 * width, BigInt(accesses.loadData(address, width)));
    },
    store: (address, width, value) => {
      if (address >= CHANNEL_BYTES) {
        storeTo(memory, address, width, value);
        return;
      }
      checkData(address);
      accesses.storeData(address, width, value);
    },
    atomicLoad: (address) => accesses.load(address),
    atomicStore: (address, value) => accesses.store(address, value),
  };
  return interpret(MODULE, access) as unknown as WasmCalls;
}
