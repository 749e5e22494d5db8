// Our writer waits for room in a ring that DPDK reads, and our reader frees room where a request lies in a ring that DPDK writes: when
// is the writer signalled?
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Full, IncomingRing, OutgoingRing, ringFree } from '../../src/index.ts';
import { announceSeed } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { DpdkEnds } from './lockstep/dpdk-ends.ts';
import { withDpdk } from './dpdk-only.ts';
import { outgoingPacket, payloadOf, type SentPacket, WORD } from './lockstep/operation.ts';
import { RingFile } from './ring-file.ts';

/** What a writer of a ring of `ringBytes` may ask for. */
const REQUESTS: readonly { readonly what: string; pendingBytes(ringBytes: number): number }[] = [
  { what: 'the least that there is', pendingBytes: () => 8 },
  { what: 'a packet', pendingBytes: () => 1024 },
  { what: 'a packet, and low bits', pendingBytes: () => 1024 + 5 },
  { what: 'a quarter of the ring', pendingBytes: (ringBytes) => ringBytes / 4 },
  { what: 'all of the ring', pendingBytes: (ringBytes) => ringBytes - 8 },
  { what: 'the size of the ring less 1', pendingBytes: (ringBytes) => ringBytes - 1 },
  { what: 'the size of the ring', pendingBytes: (ringBytes) => ringBytes },
  { what: 'nothing but low bits', pendingBytes: () => 7 },
  { what: 'nothing', pendingBytes: () => 0 },
];

function randomPacket(random: Xorshift): SentPacket {
  const payloadBytes = random.below(700);
  return { type: 'inband', transactionId: 0n, payloadBytes, seed: random.next(), setId: 0, ranges: [] };
}

function freeBytes({ control, ringBytes }: RingFile): number {
  return ringFree(ringBytes, control[WORD.in]!, control[WORD.out]!);
}

/** Whether the read that left the ring like this is one that the writer waits for. */
function isAwaited(file: RingFile, freeBefore: number, pendingBytes: number): boolean {
  const wanted = pendingBytes - (pendingBytes % 8);
  return wanted !== 0 && freeBefore < wanted && wanted <= freeBytes(file);
}

function isEmpty({ control }: RingFile): boolean {
  return control[WORD.in] === control[WORD.out];
}

/** Moves a ring on, so that what follows wraps. */
function startAt(file: RingFile, random: Xorshift): void {
  const at = random.below(file.ringBytes / 8) * 8;
  file.control[WORD.in] = at;
  file.control[WORD.out] = at;
}

async function dpdkReads(t: TestContext, ringBytes: number, pendingBytes: number, random: Xorshift): Promise<void> {
  const file = new RingFile(t, ringBytes);
  startAt(file, random);
  const dpdk = await DpdkEnds.open(t, file);
  const ring = new OutgoingRing(file.memory);
  const offset = ring.outgoing();
  for (;;) {
    const packet = randomPacket(random);
    const range = ring.write(offset, outgoingPacket(packet));
    if (range instanceof Full) break;
    range.writer(ring).write(payloadOf(packet));
  }
  ring.commitWrite(offset);
  // The ring's own method asks for whole units, as much as there can be; other writers store what they like.
  if (pendingBytes % 8 === 0 && pendingBytes < ringBytes) ring.setPendingSendSize(pendingBytes);
  else file.control[WORD.pendingSendSize] = pendingBytes;
  while (!isEmpty(file)) {
    const freeBefore = freeBytes(file);
    const { result, signal } = await dpdk.read(1);
    assert.equal(result, 'ok');
    assert.equal(signal, isAwaited(file, freeBefore, pendingBytes), `${freeBefore} bytes were free`);
    if (signal) assert.ok(ring.canWrite(offset, pendingBytes & ~7), 'a signal, and no room');
  }
  await dpdk.close();
}

async function dpdkWrites(t: TestContext, ringBytes: number, pendingBytes: number, random: Xorshift): Promise<void> {
  const file = new RingFile(t, ringBytes);
  const dpdk = await DpdkEnds.open(t, file);
  let isFull = false;
  while (!isFull) isFull = (await dpdk.write([randomPacket(random)])).result === 'EAGAIN';
  assert.equal(file.control[WORD.pendingSendSize], 0, 'DPDK asks for nothing when the ring is full');
  file.control[WORD.pendingSendSize] = pendingBytes;
  const ring = new IncomingRing(file.memory);
  const offset = ring.incoming();
  while (ring.canRead(offset)) {
    const freeBefore = freeBytes(file);
    ring.read(offset);
    const signal = ring.commitRead(offset);
    assert.equal(signal, isAwaited(file, freeBefore, pendingBytes), `${freeBefore} bytes were free`);
  }
  await dpdk.close();
}

withDpdk('signals for room', () => {
  for (const kib of [4, 64]) {
    for (const { what, pendingBytes } of REQUESTS) {
      describe(`a writer that asks for ${what}, in a ring of ${kib} KiB`, () => {
        for (const [who, exchange] of [
          ['DPDK signals us', dpdkReads],
          ['we signal DPDK', dpdkWrites],
        ] as const) {
          it(`${who} when it is due`, async (t) => {
            const seed = announceSeed(t);
            await exchange(t, kib * 1024, pendingBytes(kib * 1024), new Xorshift(seed));
          });
        }
      });
    }
  }
});
