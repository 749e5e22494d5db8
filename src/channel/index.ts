export { Channel, type ChannelParts } from './channel.ts';
export { CHANNEL_ERRORS, ChannelError, type ChannelErrorCode } from './channel-error.ts';
export type { ChannelInspection, DirectionInspection, SignalInspection } from './channel-inspection.ts';
export { connectedChannels, connectedQueues, type RingSizes } from './connected.ts';
export { createSignals, EventSignal } from './event-signal.ts';
export { PacketRef } from './packet-ref.ts';
export { Queue } from './queue.ts';
export { packetSize, type QueuePacket, type Sendable } from './queue-packet.ts';
export { ReadBatch } from './read-batch.ts';
export { ReadHalf } from './read-half.ts';
export { type EndState, Signal, type SignalSource } from './signal.ts';
export type { WaitOptions } from './wait-options.ts';
export { WriteBatch } from './write-batch.ts';
export { WriteHalf } from './write-half.ts';
export { readExternalData, resolveTransferRanges, writeExternalData } from './external-data.ts';
export type { IncomingRequest } from './incoming-request.ts';
export { RequestChannel } from './request-channel.ts';
export type {
  CallOptions,
  RequestChannelOptions,
  RequestCounts,
  RequestInspection,
  UnexpectedKind,
  UnexpectedReport,
} from './request-options.ts';
export type { Answer, RequestHandler, ServeOptions } from './request-server.ts';
export { ChannelSet, type ChannelSetMember, type ReadyChannel } from './channel-set.ts';
export type { SavedChannel, SavedRing } from './saved-channel.ts';
