// Rings as fast as it can, until it is terminated: what a hostile peer may do.
import { parentPort, workerData } from 'node:worker_threads';
import { openSignal, type SignalHandle } from '../../../src/index.ts';

const signal = openSignal(workerData as SignalHandle);
parentPort!.postMessage('ready');
for (;;) signal.notify();
