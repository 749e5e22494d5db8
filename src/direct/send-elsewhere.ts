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
import { writeFast } from './fast-write.ts';

// As in fast-place.ts: compiled in, not looked up.
const HEADER = DESCRIPTOR_SIZE;
const FOOTER = FOOTER_SIZE;
const firstWord = typeAndOffsetWord;
const secondWord = lengthAndFlagsWord;
const advance = ringAdvance;
const place = placeFast;
const totalOf = packetBytes;
const typeOf = packetTypeOf;
const write = writeFast;
const copy = copyWide;
const REQUEST = OutgoingPacketType.InBandWithCompletion;
const IN_BAND_TYPE = PACKET_TYPE_IN_BAND;
const ANSWER_TYPE = PACKET_TYPE_COMPLETION;
const ANSWER_WANTED = PACKET_FLAG_COMPLETION_REQUESTED;

/**
 * `sendFrom` for what is no case of `sendFast`: where there is no WebAssembly, for all that `writeFast` takes; else for payloads in one piece of
 * whole words, up to `wordsInBytes`, without ranges. Returns what `sendFast` does.
 */
export function sendElsewhere(
  inner: InnerRing,
  offset: OutgoingOffset,
  packet: OutgoingPacket,
  payload: Uint8Array,
): number {
  const { window } = inner;
  if (window === null || offset.ring !== inner) return -1;
  return window.control.calls === null
    ? sendByAtomics(inner, offset, packet, payload)
    : sendWords(inner, offset, packet, payload);
}

/** Payloads in arrays of their own, which WebAssembly does not see: they are in the ring before it is called. */
function sendWords(inner: InnerRing, offset: OutgoingOffset, packet: OutgoingPacket, payload: Uint8Array): number {
  const window = inner.window!;
  const { control } = window;
  const { typ, transactionId: id, size } = packet;
  const type = typeOf(typ);
  const bytes = payload.length;
  if (inner.tally.unwrittenBytes !== 0) return -1;
  if (bytes !== size || (type !== IN_BAND_TYPE && type !== ANSWER_TYPE)) return -1;
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
    // The payload is there: the call puts header and footer around it.
    0,
    0,
  );
  offset.nextIn = newIn;
  offset.committedIn = newIn;
  return signal;
}

/** Where there is no WebAssembly, and for all kinds of packets. */
function sendByAtomics(inner: InnerRing, offset: OutgoingOffset, packet: OutgoingPacket, payload: Uint8Array): number {
  const before = offset.nextIn;
  if (!write(inner, offset, packet, payload)) return -1;
  const newIn = offset.nextIn;
  // Packets and ranges may run code of the caller's, which may have begun a packet of its own.
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
