// A program of somebody who installed the package: requests that name guest memory, over each of the three ring
// memories, until both rings have wrapped. It knows of no runtime; what it prints, the test compares.
import {
  GuestMemory,
  MultiPagedRangeBuf,
  OutgoingPacketType,
  PagedRange,
  readGpaRanges,
  VmbusRingError,
} from 'vmbus-ring';
import { inspectRingImage } from 'vmbus-ring/inspect';
import { BufferPages, FlatRingMem, PagedRingMem, type RingMem, SingleMappedRingMem } from 'vmbus-ring/memory';
import { Empty, Full, IncomingRing, OutgoingRing } from 'vmbus-ring/ring';
import { PacketSize, PAGE_SIZE } from 'vmbus-ring/wire';

declare const console: { log(text: string): void };

const RING_SIZE = 2 * PAGE_SIZE;
const ROUNDS = 100;

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** Sends one packet and says whether the reader wants a signal. */
function send(ring: OutgoingRing, transactionId: bigint, payload: Uint8Array, typ: OutgoingPacketType): boolean {
  const offset = ring.outgoing();
  const range = ring.write(offset, { transactionId, size: payload.length, typ });
  check(!(range instanceof Full), 'the ring is full');
  range.writer(ring).write(payload);
  return ring.commitWrite(offset);
}

/** The host's part: takes a request, checks what it names, fills it, answers. */
function answer(requests: IncomingRing, answers: OutgoingRing, memory: GuestMemory, round: number): void {
  const offset = requests.incoming();
  const packet = requests.read(offset);
  check(packet !== Empty, 'there is no request');
  const { typ, transactionId } = packet;
  check(typ.kind === 'GpaDirect' && transactionId !== null, 'the request is of another kind');
  const payload = packet.payload.reader(requests).readAll();
  check(payload[0] === round, 'the request says something else');
  for (const range of readGpaRanges(requests, packet)) range.writer(memory).fill(round, range.length);
  requests.commitRead(offset);
  check(requests.read(offset) === Empty, 'there is a second request');
  send(answers, transactionId, Uint8Array.of(round, round), OutgoingPacketType.Completion);
}

/** One request and its answer. */
function exchange(rings: readonly [RingMem, RingMem], memory: GuestMemory): void {
  const guest = { out: new OutgoingRing(rings[0]), in: new IncomingRing(rings[1]) };
  const host = { in: new IncomingRing(rings[0]), out: new OutgoingRing(rings[1]) };
  const buffer = PagedRange.of(100, 5000, [9n, 4n]);
  const list = MultiPagedRangeBuf.from([buffer, PagedRange.of(0, PAGE_SIZE, [6n])]);
  for (let round = 1; round <= ROUNDS; round++) {
    const id = 0xffff_ffff_0000_0000n + BigInt(round);
    send(guest.out, id, new Uint8Array(20).fill(round), OutgoingPacketType.GpaDirect([...list]));
    answer(host.in, host.out, memory, round);

    const offset = guest.in.incoming();
    const packet = guest.in.read(offset);
    check(packet !== Empty && packet.transactionId === id, 'the answer is to something else');
    check(packet.payloadLength === 8, 'the payload is not padded');
    check(packet.payload.reader(guest.in).readAll().join() === `${round},${round},0,0,0,0,0,0`, 'the answer is wrong');
    guest.in.commitRead(offset);
    const filled = buffer.reader(memory).readAll();
    check(filled.length === 5000 && filled.every((byte) => byte === round), 'the guest memory is wrong');
  }
  check(ROUNDS * PacketSize.gpaDirect(2, 3, 20) > RING_SIZE, 'the ring did not wrap');
  check(host.out.inspect().control.in === (ROUNDS * PacketSize.completion(2)) % RING_SIZE, 'a byte was lost');
}

/** What a hostile peer gets, and what a look at the memory shows. */
function corrupt(): string {
  const image = new Uint8Array(PAGE_SIZE + RING_SIZE);
  const memory = new SingleMappedRingMem(image);
  send(new OutgoingRing(memory), 1n, Uint8Array.of(1), OutgoingPacketType.InBandWithCompletion);
  image[PAGE_SIZE] = 0xa;
  const ring = new IncomingRing(memory);
  let code = 'none';
  try {
    ring.read(ring.incoming());
  } catch (error) {
    check(error instanceof VmbusRingError, 'an error of another class');
    code = error.code;
  }
  check(inspectRingImage(image).error?.code === code, 'inspect calls it something else');
  return code;
}

const ram = new SharedArrayBuffer(1 << 20);
const memory = GuestMemory.of(ram);
const at = (page: number): number => page * PAGE_SIZE;

exchange([new FlatRingMem(RING_SIZE), new FlatRingMem(RING_SIZE)], memory);
console.log('flat: ok');
const mapped = (): SingleMappedRingMem => new SingleMappedRingMem(new Uint8Array(PAGE_SIZE + RING_SIZE));
exchange([mapped(), mapped()], memory);
console.log('single-mapped: ok');
const guestToHost = new PagedRingMem(memory.ringPages([40n, 30n, 50n]));
const hostToGuest = new PagedRingMem(BufferPages.inBuffer(ram, at(80), [at(90), at(70)]));
exchange([guestToHost, hostToGuest], memory);
console.log('paged: ok');
console.log(`corrupt: ${corrupt()}`);
