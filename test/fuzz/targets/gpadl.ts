import assert from 'node:assert/strict';
import { type Channel, createSignals, GuestMemory, openGpadlChannel, Queue } from '../../../src/index.ts';
import { outcomeOf } from '../../support/typed-errors.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { Input } from './input.ts';

const PAGE_BYTES = 4096;

/** Pages of guest memory, in two regions with a hole between them. */
const LOW_PAGES = 6;
const HIGH_FIRST = 8;
const PAGES = 12;

const PAYLOAD = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

interface Guest {
  readonly memory: GuestMemory;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Bytes that tell where they belong. */
const CONTENTS = Uint8Array.from({ length: PAGES * PAGE_BYTES }, (_, i) => i >> 8);

/** The control words are the input's. */
function makeGuest(control: Input): Guest {
  const bytes = new Uint8Array(CONTENTS);
  for (let page = 0; page < PAGES; page++) {
    const words = new Int32Array(bytes.buffer, page * PAGE_BYTES, 32).fill(0);
    const [kind, value] = [control.u8(), control.u16()];
    if (kind % 4 === 1) words[0] = words[1] = (value % 1024) * 8;
    if (kind % 4 === 2) words[kind % 3] = value;
  }
  const { buffer } = bytes;
  const low = { gpa: 0, buffer, length: LOW_PAGES * PAGE_BYTES };
  const high = { gpa: HIGH_FIRST * PAGE_BYTES, buffer, byteOffset: HIGH_FIRST * PAGE_BYTES };
  return { memory: new GuestMemory([low, high]), bytes };
}

function hasPage(page: bigint): boolean {
  return page < LOW_PAGES || (page >= HIGH_FIRST && page < PAGES);
}

/** Whether a channel must open: pages that are there, each once, two or more a ring, and pointers that are some. */
function mustOpen({ bytes }: Guest, pages: readonly bigint[], second: number): boolean {
  if (second < 2 || pages.length - second < 2 || new Set(pages).size < pages.length || !pages.every(hasPage))
    return false;
  return [pages.slice(0, second), pages.slice(second)].every(([control, ...data]) => {
    const words = new Uint32Array(bytes.buffer, Number(control) * PAGE_BYTES, 2);
    return words.every((word) => word < data.length * PAGE_BYTES && word % 8 === 0);
  });
}

/** A packet each way, through these pages and no others. */
function exchange(guest: Guest, host: Channel, other: Channel, pages: readonly bigint[]): void {
  const before = new Uint8Array(guest.bytes);
  const [a, b] = [new Queue(host), new Queue(other)];
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    if (from.inspect().outgoing.filledBytes !== 0) continue;
    assert.ok(from.tryWrite(PAYLOAD));
    assert.deepEqual(to.tryRead()?.readAll(), PAYLOAD);
  }
  for (let page = 0; page < PAGES; page++) {
    if (pages.includes(BigInt(page))) continue;
    const [start, end] = [page * PAGE_BYTES, (page + 1) * PAGE_BYTES];
    assert.equal(Buffer.compare(guest.bytes.subarray(start, end), before.subarray(start, end)), 0, `page ${page}`);
  }
}

/** Channels in guest memory, with whatever pages the guest names: they open if and only if they should, and touch no other page. */
export const gpadls: FuzzTarget = {
  sources: ['src/transport/gpadl.ts', 'src/transport/check-indices.ts', 'src/memory/buffer-pages.ts'],
  run(bytes) {
    const input = new Input(bytes);
    const second = input.u8();
    const count = input.u8() % 14;
    // Mostly numbers of pages that are there.
    const pages = Array.from({ length: count }, () => {
      const page = input.u8();
      return page < 0xf0 ? BigInt(page % 16) : input.u64();
    });
    const guest = makeGuest(input);
    const before = new Uint8Array(guest.bytes);
    const [signal, peer] = createSignals();
    const options = { memory: guest.memory, pages, secondRingPage: second };
    const expected = mustOpen(guest, pages, second);
    const host = outcomeOf(() => openGpadlChannel({ ...options, side: 'host', signal }));
    assert.equal(host.code === null, expected, host.code ?? 'it opened');
    if (host.code !== null) return assert.equal(Buffer.compare(guest.bytes, before), 0, 'something was written');
    exchange(guest, host.value, openGpadlChannel({ ...options, side: 'guest', signal: peer }), pages);
    host.value.close();
  },
  seeds: () => [
    Uint8Array.of(2, 4, 0, 1, 2, 3),
    Uint8Array.of(3, 7, 11, 4, 8, 0, 9, 5, 2),
    Uint8Array.of(2, 5, 8, 9, 10, 11, 1, 1, 255, 1, 1, 3, 2),
    Uint8Array.of(2, 4, 0, 0, 2, 3),
    Uint8Array.of(2, 4, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3),
  ],
};
