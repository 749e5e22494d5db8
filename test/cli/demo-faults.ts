import type { Side } from '../../src/cli/demo/doorbell.ts';
import { SLEEP_TIMEOUT_MS } from '../../src/cli/demo/open-endpoint.ts';
import { WORKER_MODULES, type WorkerModules } from '../../src/cli/demo/worker-handle.ts';

const FAULT_WORKER = new URL('./demo-fault-worker.ts', import.meta.url).href;

/** The demo's own guest and host, but for one of them: see `demo-fault-worker.ts`. */
export function withFault(side: Side, fault: string, timeoutMs: number = SLEEP_TIMEOUT_MS): WorkerModules {
  // A worker's own address loses what is behind its question mark; that of a module which it imports does not.
  const address = JSON.stringify(`${FAULT_WORKER}?${side}=${fault}&timeout=${timeoutMs}`);
  return { ...WORKER_MODULES, [side]: new URL(`data:text/javascript,import ${encodeURIComponent(address)}`) };
}
