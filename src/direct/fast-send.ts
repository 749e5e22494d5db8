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
import { ringAdvance } from '../ring/pointers.ts';
import { packetBytes, packetTypeOf, placeFast } from './fast-place.ts';

// As in fast-place.ts: compiled in, not looked up.
const HEADER = DESCRIPTOR_SIZE;
const FOOTER = FOOTER_SIZE;
const firstWord = typeAndOffsetWord;
const secondWord = lengthAndFlagsWord;
const advance = ringAdvance;
const place = placeFast;
const totalOf = packetBytes;
const typeOf = packetTypeOf;
const copy = copyWide;
const REQUEST = OutgoingPacketType.InBandWithCompletion;
const IN_BAND_TYPE = PACKET_TYPE_IN_BAND;
const ANSWER_TYPE = PACKET_TYPE_COMPLETION;
const ANSWER_WANTED = PACKET_FLAG_COMPLETION_REQUESTED;

/**
 * `sendFrom` where WebAssembly writes and publishes a packet in one call: under the conditions of `writeFast`, without ranges, with a payload that
 * lies in the memory of the ring or is copied in words. Whether the reader wants a signal, as 1 or 0; -1 where anything is otherwise: then
 * nothing was published, and the general way finds out what.
 */
export function sendFast(
  inner: InnerRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): number {
  const { window } = inner;
  if (window === null || inner.tally.unwrittenBytes !== 0) return -1;
  const { control, source } = window;
  const { calls } = control;
  const { typ, transactionId: id, size } = packet;
  const type = typeOf(typ);
  if (calls === null || (type !== IN_BAND_TYPE && type !== ANSWER_TYPE)) return -1;
  const bytes = payload.length;
  if (bytes !== size) return -1;
  const { wide, address } = source;
  const isWords = address < 0;
  if (isWords && (wide === null || bytes > window.engine.wordsInBytes || (bytes & 7) !== 0)) return -1;
  const totalBytes = totalOf(HEADER, bytes);
  const word = place(inner, window, offset, id, payload, bytes, totalBytes);
  if (word < 0) return -1;

  const at = offset.nextIn;
  if (isWords) copy(window.u64, (word + (HEADER >> 2)) >> 1, wide!, 0, bytes >> 3);
  const newIn = advance(inner.size, at, totalBytes);
  const signal = calls.send(
    control.page,
    newIn,
    offset.committedIn,
    window.start + (word << 2),
    firstWord(type, HEADER),
    secondWord(totalBytes - FOOTER, typ === REQUEST ? ANSWER_WANTED : 0),
    id as number,
    at,
    address,
    isWords ? 0 : bytes,
  );
  offset.nextIn = newIn;
  offset.committedIn = newIn;
  return signal;
}
