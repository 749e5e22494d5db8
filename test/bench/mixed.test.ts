import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { RingMover } from '../../bench/jobs/ring-mover.ts';
import { startProgram } from '../../bench/mixed/benchmark.ts';
import { createMemory, MEMORY_KINDS, type MemoryKind } from '../../bench/mixed/memories.ts';
import { OwnRingMem } from '../../bench/mixed/own-ring-mem.ts';
import { type Cell, Program } from '../../bench/mixed/program.ts';

const CELLS: readonly Cell[] = [8, 4096].flatMap((payloadBytes) => [1, 16].map((batch) => ({ payloadBytes, batch })));

/** Rings of 256 KiB wrap with those of 4096 bytes. */
const PACKETS = 160;

describe('the kinds of memory that a mixed program uses', () => {
  for (const kind of MEMORY_KINDS) {
    it(`${kind}: is what it says`, () => {
      const memory = createMemory(kind);
      assert.equal(memory.constructor.name, classOf(kind));
      const isShared = memory.control().buffer instanceof SharedArrayBuffer;
      assert.equal(isShared, !kind.endsWith('not shared'));
    });
  }

  it('between threads: is what WebAssembly can reach', () => {
    // Such memory comes in pages of 64 KiB.
    assert.equal(createMemory('between threads').control().buffer.byteLength % 65_536, 0);
  });
});

function classOf(kind: MemoryKind): string {
  if (kind.startsWith('mapped')) return 'SingleMappedRingMem';
  if (kind.startsWith('paged')) return 'PagedRingMem';
  return kind === "user's own" ? 'OwnRingMem' : 'FlatRingMem';
}

describe('a mixed program', () => {
  const program = new Program(MEMORY_KINDS, CELLS);

  for (const kind of MEMORY_KINDS) {
    it(`${kind}: moves packets`, () => {
      for (const cell of CELLS) assert.ok(program.run({ kind, ...cell, count: PACKETS, verify: true }) > 0);
    });
  }

  it('moves as many as it is asked for, and some through all other kinds meanwhile', () => {
    const moved = new Map<MemoryKind, number>(MEMORY_KINDS.map((kind) => [kind, 0]));
    const cell = { payloadBytes: 8, batch: 16 };
    const counting = new Program(MEMORY_KINDS, [cell], (kind) => ({
      move: (count) => void moved.set(kind, moved.get(kind)! + count),
    }));
    for (const kind of MEMORY_KINDS) assert.ok(moved.get(kind)! > 0, `${kind} is not warm`);
    moved.forEach((_, kind) => moved.set(kind, 0));
    counting.run({ kind: 'paged, shared', ...cell, count: 13 * 16, verify: false });
    for (const kind of MEMORY_KINDS) {
      if (kind === 'paged, shared') assert.equal(moved.get(kind), 13 * 16);
      else assert.ok(moved.get(kind)! > 0, `${kind} was not used`);
    }
  });

  it('uses nothing else where it has one kind only', () => {
    const cell = { payloadBytes: 8, batch: 1 };
    const single = new Program(['flat, shared'], [cell]);
    assert.ok(single.run({ kind: 'flat, shared', ...cell, count: 64, verify: true }) > 0);
    assert.throws(
      () => single.run({ kind: 'paged, shared', ...cell, count: 64, verify: true }),
      /no ring of kind paged/,
    );
  });

  it('is found out where a payload does not arrive', () => {
    const cell = { payloadBytes: 40, batch: 1 };
    const broken = new Program(["user's own"], [cell], () => new RingMover(new Forgetful(65_536), 40, 1));
    assert.throws(() => broken.run({ kind: "user's own", ...cell, count: 8, verify: true }), /not what was sent/);
  });
});

/** Memory that loses all payloads. */
class Forgetful extends OwnRingMem {
  override writeAt(addr: number, data: Uint8Array): void {
    if (data.length < 40) super.writeAt(addr, data);
  }
}

describe('the processes of the benchmark of mixed programs', () => {
  const cell = { payloadBytes: 8, batch: 1 };
  const mixed = startProgram({ kinds: MEMORY_KINDS, cells: [cell] });
  const single = startProgram({ kinds: ['flat, shared'], cells: [cell] });
  after(() => Promise.all([mixed.end(), single.end()]));

  it('take turns', async () => {
    const run = { kind: 'flat, shared', ...cell, count: 800, verify: true } as const;
    for (const program of [mixed, single, mixed, single]) assert.ok((await program.run(run)) > 0);
  });

  it('say what went wrong', async () => {
    const run = { kind: 'paged, shared', ...cell, count: 8, verify: true } as const;
    await assert.rejects(single.run(run), /no ring of kind paged/);
  });

  it('are missed when they are killed at work', async () => {
    const killed = startProgram({ kinds: ['flat, shared'], cells: [cell] });
    const run = { kind: 'flat, shared', ...cell, count: 8, verify: false } as const;
    await killed.run(run);
    const working = killed.run({ ...run, count: 1_000_000_000 });
    setTimeout(() => process.kill(killed.pid!, 'SIGKILL'), 20);
    await assert.rejects(working, /has ended \(SIGKILL\)/);
    await killed.end();
  });

  it('end, and whoever asks hears that they have', async () => {
    await single.end();
    assert.throws(() => process.kill(single.pid!, 0), { code: 'ESRCH' });
    await assert.rejects(single.run({ kind: 'flat, shared', ...cell, count: 8, verify: false }));
  });
});
