import { connectedChannels, type RingSizes } from '../channel/connected.ts';
import { BytePipe } from './byte-pipe.ts';
import { MessagePipe } from './message-pipe.ts';

/**
 * Two message pipes that are connected to each other, within one thread. Source: OpenVMM
 * `vmbus_async::pipe::connected_message_pipes`.
 *
 * @example
 * ```ts
 * import { connectedMessagePipes } from 'vmbus-ring';
 *
 * const [a, b] = connectedMessagePipes({ ringBytes: [4096, 65536] });
 * a.maximumMessageSize; // 4056
 * b.maximumMessageSize; // 16384
 * a.trySend(Uint8Array.of(7)); // true
 * (await b.receive())[0]; // 7
 * ```
 */
export function connectedMessagePipes(sizes: RingSizes): [MessagePipe, MessagePipe] {
  const [a, b] = connectedChannels(sizes);
  return [new MessagePipe(a), new MessagePipe(b)];
}

/**
 * The same without the pipe header. Source: OpenVMM `vmbus_async::pipe::connected_raw_message_pipes`.
 *
 * @example
 * ```ts
 * import { connectedRawMessagePipes } from 'vmbus-ring';
 *
 * const [a, b] = connectedRawMessagePipes({ ringBytes: 4096 });
 * a.maximumMessageSize; // 4064
 * a.trySend(Uint8Array.of(1, 2, 3)); // true
 * (await b.receive()).length; // 8: the ring pads payloads
 * ```
 */
export function connectedRawMessagePipes(sizes: RingSizes): [MessagePipe, MessagePipe] {
  const [a, b] = connectedChannels(sizes);
  return [new MessagePipe(a, { raw: true }), new MessagePipe(b, { raw: true })];
}

/**
 * Two byte pipes that are connected to each other, within one thread. Source: OpenVMM `vmbus_async::pipe::connected_byte_pipes`.
 *
 * @example
 * ```ts
 * import { connectedBytePipes } from 'vmbus-ring';
 *
 * const [a, b] = connectedBytePipes({ ringBytes: 4096 });
 * await a.write(new TextEncoder().encode('hello'));
 * await b.read(new Uint8Array(100)); // 5
 * ```
 */
export function connectedBytePipes(sizes: RingSizes): [BytePipe, BytePipe] {
  const [a, b] = connectedChannels(sizes);
  return [new BytePipe(a), new BytePipe(b)];
}
