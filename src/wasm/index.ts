export { accelerateMemory, type SharedWasmMemory } from './accelerate-memory.ts';
