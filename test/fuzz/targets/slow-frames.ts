import type { SlowPacket, SlowReading } from './slow-reader.ts';

const UNEXPECTED = 'ChannelError UnexpectedPacket';

/** What a pipe delivers of these packets, and the code of the error that ends it, if one does. */
export interface SlowMessages {
  readonly messages: readonly Uint8Array[];
  readonly code: string | null;
}

/** `null` where the packet is none of a pipe. */
function messageIn({ type, payload }: SlowPacket, raw: boolean, limit: number): Uint8Array | null {
  if (type !== 6) return null;
  if (raw) return payload;
  if (payload.length < 8) return null;
  const view = new DataView(payload.buffer);
  const length = view.getUint32(4, true);
  if (view.getUint32(0, true) !== 1 || length > payload.length - 8 || length > limit) return null;
  return payload.slice(8, 8 + length);
}

/** Pipe framing as the protocol has it, on copies. */
export function readMessagesSlowly(reading: SlowReading, raw: boolean, limit: number): SlowMessages {
  const messages: Uint8Array[] = [];
  for (const packet of reading.packets) {
    const message = messageIn(packet, raw, limit);
    if (message === null) return { messages, code: UNEXPECTED };
    messages.push(message);
  }
  return { messages, code: reading.code };
}
