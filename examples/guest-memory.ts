/**
 * A request that names memory instead of carrying it. The guest asks for bytes by the numbers of its own pages, scattered
 * as a guest's are; the host checks the list, fills those pages and answers.
 *
 *     npm run example examples/guest-memory.ts
 */
import {
  Full,
  GpaRangeError,
  GuestMemory,
  GuestMemoryError,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  PagedRange,
  PagedRingMem,
  readGpaRanges,
} from 'vmbus-ring';

// One MiB of guest memory, and in it, wherever there was a free page, the two rings of a channel.
const memory = GuestMemory.of(new SharedArrayBuffer(1 << 20));
const toHost = new PagedRingMem(memory.ringPages([20n, 7n, 91n, 13n]));
const toGuest = new PagedRingMem(memory.ringPages([33n, 90n, 8n, 14n]));

// The guest asks for 6000 bytes, from byte 100 of its page 50 on. They go on in page 41.
const guest = new OutgoingRing(toHost);
const request = guest.outgoing();
const buffer = PagedRange.of(100, 6000, [50n, 41n]);
const typ = OutgoingPacketType.GpaDirect([buffer]);
if (guest.write(request, { transactionId: 1n, size: 0, typ }) instanceof Full) throw new Error('full');
guest.commitWrite(request);

// The host reads the list, which may be anything that a hostile guest wrote. All of it is checked before the first byte is
// written: the list by itself, then whether the guest has that memory. (It may well name the pages of its own rings.)
const host = new IncomingRing(toHost);
const received = host.incoming();
const packet = host.read(received);
if (packet === null) throw new Error('empty');
try {
  const ranges = [...readGpaRanges(host, packet)];
  for (const range of ranges) memory.checkRange(range);
  for (const range of ranges) range.writer(memory).fill(0x5a, range.length);
} catch (error) {
  if (!(error instanceof GpaRangeError || error instanceof GuestMemoryError)) throw error;
  console.log(`the guest asks for what it does not have: ${error.code}`);
}
host.commitRead(received);

const answers = new OutgoingRing(toGuest);
const answer = answers.outgoing();
const completion = { transactionId: packet.transactionId ?? 0n, size: 0, typ: OutgoingPacketType.Completion };
if (answers.write(answer, completion) instanceof Full) throw new Error('full');
answers.commitWrite(answer);

// The guest finds its answer, and the bytes where it wanted them.
const answered = new IncomingRing(toGuest);
const done = answered.read(answered.incoming());
const bytes = buffer.reader(memory).readAll();
console.log(
  done?.typ.kind,
  done?.transactionId,
  bytes.length,
  bytes.every((byte) => byte === 0x5a),
);
