import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { chooseSeed, scaleRuns } from '../support/property.ts';
import type { Phase } from './phase.ts';
import { type PhaseReport, runPhase } from './run-phase.ts';

// Two threads on one ring. Each packet is made of its number alone, so that the reader knows what has to come: nothing
// lost, repeated, torn or out of order. Both sides sleep by the ring's rules, on nothing but its signals: a wait that ends
// by time-out and then finds that a signal was due has lost it, and fails.

const seed = chooseSeed();

/** The rest of a phase with mixed packets, small against the ring. */
const MIXED = { minimumPayloadBytes: 8, maximumPayloadBytes: 256, spins: 200 };

/** 10 million packets in all. */
const RACES: readonly Phase[] = [
  { layout: 'row', ...both('FlatRingMem'), pageCount: 16, packets: 2_400_000, batch: 1, ...MIXED },
  { layout: 'row', ...both('FlatRingMem'), pageCount: 16, packets: 2_400_000, batch: 16, ...MIXED },
  { layout: 'scattered', ...both('PagedRingMem'), pageCount: 4, packets: 2_400_000, batch: 1, ...MIXED },
  { layout: 'scattered', ...both('PagedRingMem'), pageCount: 16, packets: 2_400_000, batch: 16, ...MIXED },
  // The general path, against itself and against the fast one.
  { layout: 'several', ...both('PagedRingMem'), pageCount: 4, packets: 200_000, batch: 16, ...MIXED },
  {
    layout: 'scattered',
    writerMemory: 'user RingMem, aligned',
    readerMemory: 'PagedRingMem',
    pageCount: 4,
    packets: 200_000,
    batch: 1,
    ...MIXED,
  },
];

/** Both sides asleep as often as can be: a ring that few packets fit in, one packet a commit, and no second look. */
const SLEEPY: readonly Phase[] = [
  {
    layout: 'row',
    ...both('FlatRingMem'),
    pageCount: 1,
    packets: 100_000,
    batch: 1,
    // With more than half of the ring, one packet fits.
    minimumPayloadBytes: 2048,
    maximumPayloadBytes: 3900,
    spins: 0,
  },
  {
    layout: 'scattered',
    ...both('PagedRingMem'),
    pageCount: 1,
    packets: 100_000,
    batch: 1,
    minimumPayloadBytes: 8,
    maximumPayloadBytes: 3900,
    spins: 0,
  },
];

/** One side asleep as often as can be, the other one committing just then. */
const MEETING: readonly Phase[] = [
  {
    layout: 'row',
    ...both('FlatRingMem'),
    pageCount: 1,
    packets: 100_000,
    batch: 1,
    minimumPayloadBytes: 8,
    maximumPayloadBytes: 40,
    spins: 0,
    pacer: 'writer',
  },
  {
    layout: 'scattered',
    ...both('PagedRingMem'),
    pageCount: 1,
    packets: 100_000,
    batch: 1,
    // Two packets fit, three do not: the largest header that they come with has 72 bytes.
    minimumPayloadBytes: 1360,
    maximumPayloadBytes: 1960,
    spins: 0,
    pacer: 'reader',
  },
];

function both(memory: Phase['writerMemory']): Pick<Phase, 'writerMemory' | 'readerMemory'> {
  return { writerMemory: memory, readerMemory: memory };
}

function nameOf({ layout, writerMemory, readerMemory, pageCount, packets, batch }: Phase): string {
  const memory = writerMemory === readerMemory ? writerMemory : `${writerMemory} to ${readerMemory}`;
  return `${packets} packets, ${batch} a commit, ${memory}, ${pageCount} pages ${layout}`;
}

async function race(t: TestContext, phase: Phase): Promise<PhaseReport> {
  t.diagnostic(`replay with VMBUS_RING_SEED=${seed}`);
  const report = await runPhase({ ...phase, packets: scaleRuns(phase.packets) }, seed);
  for (const [side, { signals, sleeps, spared }] of Object.entries(report)) {
    t.diagnostic(`${side}: ${signals} signals sent, slept ${sleeps} times, spared ${spared}`);
  }
  return report;
}

for (const phase of RACES) {
  test(`race: ${nameOf(phase)}`, async (t) => {
    await race(t, phase);
  });
}

for (const phase of SLEEPY) {
  test(`both asleep: ${nameOf(phase)}`, async (t) => {
    const { writer, reader } = await race(t, phase);
    assert.ok(writer.sleeps > 0 && reader.sleeps > 0, 'nobody slept');
  });
}

for (const phase of MEETING) {
  test(`${phase.pacer} awake: ${nameOf(phase)}`, async (t) => {
    const report = await race(t, phase);
    const asleep = phase.pacer === 'writer' ? report.reader : report.writer;
    assert.ok(asleep.sleeps > 0, 'nobody slept');
  });
}
