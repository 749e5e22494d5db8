// Makes src/wasm/ring-calls-bytes.ts out of ring-calls.wat: `npm run wasm`. Both are checked in, and a test compares them.
import { writeFileSync } from 'node:fs';
import { RING_CALLS_MODULE, ringCallsModule } from './ring-calls-module.ts';

try {
  writeFileSync(RING_CALLS_MODULE, await ringCallsModule());
} catch (error) {
  // Node would print the line that threw: all of the compiler, in one.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
