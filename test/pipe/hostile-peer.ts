import assert from 'node:assert/strict';
import { type Channel, type ChannelInspection, connectedChannels, OutgoingPacketType } from '../../src/index.ts';

/** The words of a pipe header. */
export function pipeHeader(type: number, length: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(type, length).buffer);
}

/** Publishes a packet with just these bytes of payload, whatever they are, and signals. */
export function sendPacket(
  channel: Channel,
  pieces: readonly Uint8Array[],
  typ: OutgoingPacketType = OutgoingPacketType.InBandNoCompletion,
): void {
  const { outgoing } = channel;
  const offset = outgoing.outgoing();
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const range = outgoing.write(offset, { transactionId: 1, size, typ });
  assert.ok('writer' in range, 'there is no room');
  const writer = range.writer(outgoing);
  for (const piece of pieces) writer.write(piece);
  outgoing.commitWrite(offset);
  channel.signal.notify();
}

/** The end of a peer that does what it wants, and the end that it does it to. */
export function hostilePair(ringBytes: number | readonly [number, number] = 4096): [Channel, Channel] {
  return connectedChannels({ ringBytes });
}

/** An end that `inspection` is of wants nothing of the peer: no room, no signal, and nothing is half done. */
export function assertAtRest({ incoming, outgoing }: ChannelInspection, what = ''): void {
  assert.equal(outgoing.control.pendingSendSize, 0, `${what}: the pending send size`);
  assert.equal(outgoing.offset['nextIn'], outgoing.offset['committedIn'], `${what}: what is not published`);
  assert.equal(incoming.control.interruptMask, 1, `${what}: the interrupt mask`);
}

/** `length` bytes that tell where they belong. */
export function numbered(length: number, first = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (first + i) % 251);
}
