import { parentPort, workerData } from 'node:worker_threads';
import { Doorbell } from '../../src/cli/demo/doorbell.ts';
import { answerRings } from './demo-rings.ts';

parentPort!.postMessage(answerRings(new Doorbell(workerData as SharedArrayBuffer, 'host')));
