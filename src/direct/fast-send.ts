import { copyWide } from '../memory/copy-words.ts';
import {
  DESCRIPTOR_SIZE,
  FOOTER_SIZE,
  PACKET_FLAG_COMPLETION_REQUESTED,
  PACKET_TYPE_COMPLETION,
  PACKET_TYPE_IN_BAND,
} from '../wire/descriptor.ts';
import { lengthAndFlagsWord, typeAndOffsetWord } from '../wire/descriptor-words.ts';
import type { InnerRing } from '../ring/inner-ring.ts';
import { type OutgoingPacket, OutgoingPacketType } from '../ring/outgoing-packet.ts';
import type { OutgoingOffset } from '../ring/outgoing-offset.ts';
import { ringAdvance, ringFree } from '../ring/pointers.ts';
import { hasRoomNow, packetBytes, packetTypeOf, placeFast } from './fast-place.ts';
import { writeFast } from './fast-write.ts';

// As in fast-place.ts: compiled in, not looked up.
const HEADER = DESCRIPTOR_SIZE;
const FOOTER = FOOTER_SIZE;
const firstWord = typeAndOffsetWord;
const secondWord = lengthAndFlagsWord;
const advance = ringAdvance;
const free = ringFree;
const hasRoom = hasRoomNow;
const place = placeFast;
const totalOf = packetBytes;
const typeOf = packetTypeOf;
const write = writeFast;
const copy = copyWide;
const IN_BAND = OutgoingPacketType.InBandNoCompletion;
const REQUEST = OutgoingPacketType.InBandWithCompletion;
const ANSWER = OutgoingPacketType.Completion;
const IN_BAND_TYPE = PACKET_TYPE_IN_BAND;
const ANSWER_TYPE = PACKET_TYPE_COMPLETION;
const ANSWER_WANTED = PACKET_FLAG_COMPLETION_REQUESTED;

/**
 * `sendFrom` under the conditions of `writeFast`. Whether the reader wants a signal, as 1 or 0; -1 where anything is otherwise: then
 * nothing was published, and the general way finds out what.
 *
 * This is the straight way for payloads that lie in the memory of the ring, where WebAssembly writes and publishes a packet in one
 * call; the other ones have more to look at.
 */
export function sendFast(
  inner: InnerRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): number {
  const { window } = inner;
  if (window === null || inner.tally.unwrittenBytes !== 0 || offset.ring !== inner) return -1;
  const { control, source } = window;
  const { calls } = control;
  const { address, byteCount: bytes } = source;
  if (calls === null) return sendByAtomics(inner, offset, packet, payload);
  if (payload !== source.bytes || payload.length !== bytes) return -1;
  if (address < 0) return sendWords(inner, offset, packet, payload);
  const { typ, transactionId: id, size } = packet;
  if (bytes !== size || typeof id !== 'number' || id >>> 0 !== id) return -1;
  let type = IN_BAND_TYPE;
  let flags = 0;
  if (typ === REQUEST) flags = ANSWER_WANTED;
  else if (typ === ANSWER) type = ANSWER_TYPE;
  else if (typ !== IN_BAND) return -1;
  const ringBytes = inner.size;
  const limit = inner.writableLimitBytes;
  const totalBytes = totalOf(HEADER, bytes);
  // In this order: past the limit the 32-bit arithmetic means nothing.
  if (bytes > limit || totalBytes > limit) return -1;
  const at = offset.nextIn;
  if (totalBytes > free(ringBytes, at, offset.cachedOut) && !hasRoom(inner, offset, totalBytes)) return -1;
  const word = window.locate(at, totalBytes);
  if (word < 0) return -1;

  const newIn = advance(ringBytes, at, totalBytes);
  const signal = calls.send(
    control.page,
    newIn,
    offset.committedIn,
    window.start + (word << 2),
    firstWord(type, HEADER),
    secondWord(totalBytes - FOOTER, flags),
    id,
    at,
    address,
    bytes,
  );
  offset.nextIn = newIn;
  offset.committedIn = newIn;
  return signal;
}

/** The same for payloads in arrays of their own, which WebAssembly does not see: they are in the ring before it is called. */
function sendWords(inner: InnerRing, offset: OutgoingOffset, packet: OutgoingPacket, payload: Uint8Array): number {
  const window = inner.window!;
  const { control } = window;
  const { typ, transactionId: id, size: bytes } = packet;
  const type = typeOf(typ);
  if (type !== IN_BAND_TYPE && type !== ANSWER_TYPE) return -1;
  const { wide } = window.source;
  if (wide === null || bytes > window.engine.wordsInBytes || (bytes & 7) !== 0) return -1;
  const totalBytes = totalOf(HEADER, bytes);
  const word = place(inner, window, offset, id, payload, bytes, totalBytes);
  if (word < 0) return -1;

  const at = offset.nextIn;
  copy(window.u64, (word + (HEADER >> 2)) >> 1, wide, 0, bytes >> 3);
  const newIn = advance(inner.size, at, totalBytes);
  const signal = control.calls!.send(
    control.page,
    newIn,
    offset.committedIn,
    window.start + (word << 2),
    firstWord(type, HEADER),
    secondWord(totalBytes - FOOTER, typ === REQUEST ? ANSWER_WANTED : 0),
    id as number,
    at,
    0,
    0,
  );
  offset.nextIn = newIn;
  offset.committedIn = newIn;
  return signal;
}

/** The same where there is no WebAssembly, and for all kinds of packets. */
function sendByAtomics(inner: InnerRing, offset: OutgoingOffset, packet: OutgoingPacket, payload: Uint8Array): number {
  const before = offset.nextIn;
  if (!write(inner, offset, packet, payload)) return -1;
  const newIn = offset.nextIn;
  // Ranges may run code of the caller's, which may have begun a packet of its own.
  if (inner.tally.unwrittenBytes !== 0) {
    offset.nextIn = before;
    return -1;
  }
  try {
    const signal = inner.control.commitWrite(newIn, offset.committedIn);
    offset.committedIn = newIn;
    return signal ? 1 : 0;
  } catch (error) {
    offset.nextIn = before;
    throw error;
  }
}
