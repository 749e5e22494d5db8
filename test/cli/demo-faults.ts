import type { Side } from '../../src/cli/demo/machine.ts';
import { WORKER_MODULES, type WorkerModules } from '../../src/cli/demo/worker-handle.ts';
import { SILENCE_MS } from '../../src/cli/demo/worker-link.ts';

const FAULT_WORKER = new URL('./demo-fault-worker.ts', import.meta.url).href;

/** The demo's own guest and host, but for one of them: see `demo-fault-worker.ts`. */
export function withFault(side: Side, fault: string, silenceMs: number = SILENCE_MS): WorkerModules {
  // A worker's own address loses what is behind its question mark; that of a module which it imports does not.
  const address = JSON.stringify(`${FAULT_WORKER}?${side}=${fault}&silence=${silenceMs}`);
  return { ...WORKER_MODULES, [side]: new URL(`data:text/javascript,import ${encodeURIComponent(address)}`) };
}
