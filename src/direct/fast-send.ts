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
import { hasRoomNow, packetBytes } from './fast-place.ts';

// As in fast-place.ts: compiled in, not looked up.
const HEADER = DESCRIPTOR_SIZE;
const FOOTER = FOOTER_SIZE;
const firstWord = typeAndOffsetWord;
const secondWord = lengthAndFlagsWord;
const advance = ringAdvance;
const free = ringFree;
const hasRoom = hasRoomNow;
const totalOf = packetBytes;
const IN_BAND = OutgoingPacketType.InBandNoCompletion;
const REQUEST = OutgoingPacketType.InBandWithCompletion;
const ANSWER = OutgoingPacketType.Completion;
const IN_BAND_TYPE = PACKET_TYPE_IN_BAND;
const ANSWER_TYPE = PACKET_TYPE_COMPLETION;
const ANSWER_WANTED = PACKET_FLAG_COMPLETION_REQUESTED;

/**
 * `sendFrom` for a payload that lies in the memory of the ring, under the conditions of `writeFast`, without ranges: WebAssembly writes and publishes
 * the packet in one call. Whether the reader wants a signal, as 1 or 0; -1 where anything is otherwise: then nothing was published.
 *
 * Nothing else is done here: what V8 inlines into one function is bounded, and the way that is taken less has no share in it. The checks are those
 * of `placeFast` once more, for the same reason: what changes there changes here.
 */
export function sendFast(
  inner: InnerRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): number {
  // First: it may run code of the caller's.
  const { typ, transactionId: id, size } = packet;
  const { window } = inner;
  if (window === null || inner.tally.unwrittenBytes !== 0 || offset.ring !== inner) return -1;
  const { control, source } = window;
  const { calls } = control;
  const { address, byteCount: bytes } = source;
  if (calls === null || address < 0 || payload !== source.bytes || payload.length !== bytes) return -1;
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
  // This way round, as in `placeFast`: an offset that is none is refused as well.
  if (!(totalBytes <= free(ringBytes, at, offset.cachedOut)) && !hasRoom(inner, offset, totalBytes)) return -1;
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
