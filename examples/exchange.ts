/**
 * Both ends of one ring in one thread: the shortest program that moves a packet.
 *
 *     npm run example examples/exchange.ts
 */
import { FlatRingMem, Full, IncomingRing, OutgoingPacketType, OutgoingRing } from 'vmbus-ring';

const memory = new FlatRingMem(16384);
const outgoing = new OutgoingRing(memory);
const incoming = new IncomingRing(memory);
incoming.setInterruptMask(false); // this reader wants to be signalled

// Write two packets, publish them at once.
const write = outgoing.outgoing();
for (const [id, text] of [[1n, 'hello'] as const, [2n, 'ring'] as const]) {
  const payload = new TextEncoder().encode(text);
  const packet = { transactionId: id, size: payload.length, typ: OutgoingPacketType.InBandWithCompletion };
  const range = outgoing.write(write, packet);
  if (range instanceof Full) throw new Error(`no room for ${range.size} bytes`);
  range.writer(outgoing).write(payload);
}
console.log('signal the reader:', outgoing.commitWrite(write)); // true: the ring was empty, and the reader is unmasked

// Read all there is, give the room back at once.
const read = incoming.incoming();
for (let packet = incoming.read(read); packet !== null; packet = incoming.read(read)) {
  const bytes = packet.payload.reader(incoming).readAll(); // padded to a multiple of 8
  console.log(packet.typ.kind, packet.transactionId, new TextDecoder().decode(bytes));
}
console.log('signal the writer:', incoming.commitRead(read)); // false: the writer waits for nothing
