import { Host, type HostConfig } from './host.ts';
import { runWorker } from './worker-link.ts';

runWorker((config) => new Host(config as HostConfig));
