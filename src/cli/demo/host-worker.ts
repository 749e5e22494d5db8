import { Host, type HostConfig } from './host.ts';
import { runWorker } from './worker-link.ts';

runWorker((config: HostConfig) => new Host(config));
