import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import type { Channel } from '../../src/index.ts';
import { createChannelFile, openChannelFile } from '../../src/transport/node/index.ts';
import type { Ipc } from './ipc-job.ts';
import type { Task } from './task.ts';

const RING_BYTES = 1 << 20;

/** As much as a socket reads at once by itself. */
const READ_BYTES = 1 << 16;

/** One end of what connects the two processes for one task. */
export type Link =
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'socket'; readonly socket: Socket }
  | { readonly kind: 'ipc'; readonly ipc: Ipc };

function kindOf({ way }: Task): Link['kind'] {
  if (way === 'child-process IPC') return 'ipc';
  return way === 'Unix socket' || way === 'socket, 1 byte' ? 'socket' : 'channel';
}

/** Opens an end, and has the other process open its own by `connect`. Nothing is left at the path afterwards. */
export async function openFirst<T>(task: Task, ipc: Ipc, connect: () => Promise<T>): Promise<{ link: Link; other: T }> {
  const kind = kindOf(task);
  switch (kind) {
    case 'channel': {
      createChannelFile(task.path, { ringBytes: RING_BYTES });
      try {
        const channel = openChannelFile(task.path, { end: 0 });
        return { other: await connect(), link: { kind, channel } };
      } finally {
        rmSync(task.path);
      }
    }
    case 'socket': {
      const server = createServer().listen(task.path);
      try {
        await once(server, 'listening');
        const [[socket], other] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, connect()]);
        return { other, link: { kind, socket: withoutErrors(socket) } };
      } finally {
        server.close();
      }
    }
    case 'ipc':
      return { other: await connect(), link: { kind, ipc } };
  }
}

/** Opens the other end. */
export async function openSecond(task: Task, ipc: Ipc): Promise<Link> {
  const kind = kindOf(task);
  switch (kind) {
    case 'channel':
      return { kind, channel: openChannelFile(task.path, { end: 1 }) };
    case 'socket': {
      const socket = connectTo(task.path);
      await once(socket, 'connect');
      return { kind, socket };
    }
    case 'ipc':
      return { kind, ipc };
  }
}

/** Reads into the same memory again and again, which is up to twice as fast: listeners to `data` are lent it. */
function connectTo(path: string): Socket {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const callback = (bytes: number): boolean => socket.emit('data', buffer.subarray(0, bytes));
  const socket: Socket = createConnection({ path, onread: { buffer, callback } });
  return withoutErrors(socket);
}

/** Whatever goes wrong, the socket is closed, and whoever uses it listens to that. */
function withoutErrors(socket: Socket): Socket {
  return socket.on('error', () => {});
}

export function closeLink(link: Link): void {
  if (link.kind === 'channel') link.channel.close();
  else if (link.kind === 'socket') link.socket.destroySoon();
}
