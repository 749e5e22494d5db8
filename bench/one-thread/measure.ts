import type { RingMem } from '../../src/index.ts';
import { acceleratedBuffers } from '../../src/memory/accelerated-buffers.ts';
import type { BenchmarkOptions } from '../benchmark.ts';
import { DpdkProcess } from '../dpdk/dpdk-process.ts';
import { type Contender, roundsInTurn } from '../jobs/in-turn.ts';
import { now } from '../jobs/work.ts';
import { type Arrays, type Exchange, InPlaceExchange, ownArrays, RingExchange, SingleExchange } from './exchange.ts';
import { createMemory, type MemoryKind, RING_BYTES } from './memories.ts';
import { RingbufExchange } from './ringbuf-exchange.ts';

export const PAYLOAD_BYTES: readonly number[] = [8, 40, 256, 1024, 4096];
export const BATCHES: readonly number[] = [1, 16];

/** Packets of the passes that verify: a multiple of the batches. The ring wraps with each size. */
const TRIAL = 9600;

/** One cell takes so many times less than one between two threads: nobody has to get into step. */
const SHORTER = 4;

/** What is measured over one kind of memory; and DPDK and ringbuf.js, each in the same rounds. */
export const WAYS = ['own arrays', 'arrays in the memory', 'in place', 'ringbuf.js', 'DPDK'] as const;
export type Way = (typeof WAYS)[number];

/** The rounds of one cell of the tables, in ns per packet. */
export interface Cell {
  readonly way: Way;
  readonly payloadBytes: number;
  readonly batch: number;
  readonly roundsNs: readonly number[];
}

/** Where the arrays lie that are copied by WebAssembly: behind the rings of a channel between threads. */
function arraysIn(buffer: ArrayBufferLike, payloadBytes: number): Arrays {
  const end = buffer.byteLength;
  return {
    source: new Uint8Array(buffer, end - 16_384, payloadBytes),
    target: new Uint8Array(buffer, end - 8192, payloadBytes),
  };
}

/** What moves packets in this way, through a ring in this memory, which is opened anew; `null` for what needs something else. */
export function createExchange(memory: RingMem, way: Way, payloadBytes: number, batch: number): Exchange | null {
  if (way === 'DPDK') return null;
  if (way === 'ringbuf.js') return new RingbufExchange(payloadBytes, batch);
  if (way === 'in place') return new InPlaceExchange(memory, payloadBytes, batch);
  if (way === 'own arrays') return ringExchange(memory, payloadBytes, batch, ownArrays(payloadBytes));
  const { buffer } = memory.control();
  if (!acceleratedBuffers.has(buffer)) return null;
  return ringExchange(memory, payloadBytes, batch, arraysIn(buffer, payloadBytes));
}

function ringExchange(memory: RingMem, payloadBytes: number, batch: number, arrays: Arrays): Exchange {
  if (batch === 1) return new SingleExchange(memory, payloadBytes, arrays);
  return new RingExchange(memory, payloadBytes, batch, arrays);
}

function runExchange(exchange: Exchange, batch: number, count: number, verify: boolean): number {
  exchange.open();
  const beganMs = now();
  if (verify) for (let done = 0; done < count; done += batch) exchange.verify(done);
  else exchange.run(count / batch);
  return now() - beganMs;
}

async function runDpdk(dpdk: DpdkProcess, payloadBytes: number, count: number, verify: boolean): Promise<number> {
  const task = { ringBytes: RING_BYTES, payloadBytes, count };
  if (!verify) return (await dpdk.exchange(task)) / 1e6;
  await dpdk.verifyExchange(task);
  return 0;
}

/** Measures all ways over one kind of memory, in turn, in this process. DPDK commits each packet by itself, whatever the batch. */
export async function measure(options: BenchmarkOptions, kind: string): Promise<Cell[]> {
  const cells: Cell[] = [];
  // One for all, as in a program with one channel. Who measures opens its ends anew.
  const memory = createMemory(kind as MemoryKind);
  const dpdk = new DpdkProcess();
  try {
    for (const batch of BATCHES) {
      for (const payloadBytes of PAYLOAD_BYTES) {
        options.progress(`${kind}, ${batch} a commit, ${payloadBytes} bytes`);
        const contenders: Contender<Way>[] = [];
        for (const way of WAYS) {
          const exchange = createExchange(memory, way, payloadBytes, batch);
          if (way === 'DPDK') {
            contenders.push({ name: way, run: (count, verify) => runDpdk(dpdk, payloadBytes, count, verify) });
          } else if (exchange !== null) {
            const run = (count: number, verify: boolean): Promise<number> =>
              Promise.resolve(runExchange(exchange, batch, count, verify));
            contenders.push({ name: way, run });
          }
        }
        const question = { trial: TRIAL, batch };
        const rounds = await roundsInTurn(contenders, question, { ...options, cellMs: options.cellMs / SHORTER });
        for (const [way, roundsNs] of rounds) cells.push({ way, payloadBytes, batch, roundsNs });
      }
    }
  } finally {
    await dpdk.end();
  }
  return cells;
}
