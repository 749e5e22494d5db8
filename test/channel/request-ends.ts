import { setImmediate as turn } from 'node:timers/promises';
import {
  ChannelError,
  type ChannelErrorCode,
  connectedChannels,
  OutgoingPacketType,
  Queue,
  RequestChannel,
  type RequestChannelOptions,
  type UnexpectedReport,
} from '../../src/index.ts';

/** Whether an error is a `ChannelError` with this code. */
export const isCode =
  (code: ChannelErrorCode) =>
  (error: unknown): boolean =>
    error instanceof ChannelError && error.code === code;

export interface Pair {
  readonly client: RequestChannel;
  readonly server: RequestChannel;
  readonly reports: UnexpectedReport[];
}

export function connect(options: RequestChannelOptions = {}, ringBytes = 65536): Pair {
  const [a, b] = connectedChannels({ ringBytes });
  const reports: UnexpectedReport[] = [];
  const client = new RequestChannel(a, { ...options, onUnexpected: (report) => reports.push(report) });
  return { client, server: new RequestChannel(b, options), reports };
}

/** A `RequestChannel`, and a peer that says what it likes. */
export function withRawPeer(options: RequestChannelOptions = {}): {
  client: RequestChannel;
  peer: Queue;
  reports: UnexpectedReport[];
} {
  const [a, b] = connectedChannels({ ringBytes: 65536 });
  const reports: UnexpectedReport[] = [];
  const client = new RequestChannel(a, { raw: true, onUnexpected: (report) => reports.push(report), ...options });
  return { client, peer: new Queue(b), reports };
}

export const complete = (peer: Queue, transactionId: bigint, payload: Uint8Array = new Uint8Array(8)): boolean =>
  peer.tryWrite({ payload, transactionId, typ: OutgoingPacketType.Completion });

/** Lets everything that is due happen. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}
