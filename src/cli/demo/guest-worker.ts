import { Guest, type GuestConfig } from './guest.ts';
import { runWorker } from './worker-link.ts';

runWorker((config) => new Guest(config as GuestConfig));
