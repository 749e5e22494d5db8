import { BytePipe, MessagePipe } from '../../../src/index.ts';
import { openOurs } from './open.ts';
import { ABORTED, isOver, type OurRings, type OurSide, WAIT_MS } from './side.ts';

type Act<Pipe> = (side: OurSide, pipe: Pipe, target: Uint8Array) => Promise<void>;

function take(side: OurSide, bytes: Uint8Array | null | undefined, most: number): void {
  if (bytes !== undefined && bytes !== null) side.accept(bytes, most, 'a pipe');
}

function takeFrom(side: OurSide, target: Uint8Array, length: number | null | undefined): void {
  if (length !== undefined && length !== null && length >= 0)
    side.accept(target.slice(0, length), target.length, 'a pipe');
}

const MESSAGES: readonly Act<MessagePipe>[] = [
  async (side, pipe, { length }) =>
    take(side, await side.does('MessagePipe.tryReceive', () => pipe.tryReceive()), length),
  async (side, pipe, { length }) =>
    take(side, await side.does('MessagePipe.receive', () => pipe.receive({ timeoutMs: WAIT_MS })), length),
  async (side, pipe, { length }) =>
    take(side, await side.does('MessagePipe.receiveSync', () => pipe.receiveSync(WAIT_MS)), length),
  async (side, pipe, target) =>
    takeFrom(side, target, await side.does('MessagePipe.tryReceiveInto', () => pipe.tryReceiveInto(target))),
  async (side, pipe, target) => {
    const batch = await side.does('MessagePipe.receiveBatchSync', () => pipe.receiveBatchSync(WAIT_MS));
    if (batch === undefined) return;
    take(side, await side.does('MessageReadBatch.next', () => batch.next()), target.length);
    takeFrom(side, target, await side.does('MessageReadBatch.nextInto', () => batch.nextInto(target)));
    await side.does('MessageReadBatch.dispose', () => batch[Symbol.dispose]());
  },
  async (side, pipe) => {
    await side.does('MessagePipe.trySend', () => pipe.trySend(side.random.bytes(side.random.below(400))));
  },
  async (side, pipe) => {
    await side.does('MessagePipe.send', () => pipe.send(side.random.bytes(100), { timeoutMs: WAIT_MS }));
  },
  async (side, pipe) => {
    await side.does('MessagePipe.waitEmptySync', () => pipe.waitEmptySync(WAIT_MS));
  },
  async (side, pipe) => {
    await side.does('abort of a receive', async () => {
      const controller = new AbortController();
      const pending = pipe.receive({ signal: controller.signal });
      controller.abort(ABORTED);
      await pending;
    });
  },
];

const BYTES: readonly Act<BytePipe>[] = [
  async (side, pipe, target) => takeFrom(side, target, await side.does('BytePipe.tryRead', () => pipe.tryRead(target))),
  async (side, pipe, target) => {
    const part = target.subarray(0, 1 + side.random.below(40));
    takeFrom(side, part, await side.does('BytePipe.tryRead of a part', () => pipe.tryRead(part)));
  },
  async (side, pipe, target) =>
    takeFrom(side, target, await side.does('BytePipe.read', () => pipe.read(target, { timeoutMs: WAIT_MS }))),
  async (side, pipe, target) =>
    takeFrom(side, target, await side.does('BytePipe.readSync', () => pipe.readSync(target, WAIT_MS))),
  async (side, pipe) => {
    await side.does('BytePipe.tryWrite', () => pipe.tryWrite(side.random.bytes(1 + side.random.below(3000))));
  },
  async (side, pipe) => {
    await side.does('BytePipe.write', () => pipe.write(side.random.bytes(500), { timeoutMs: WAIT_MS }));
  },
  async (side, pipe) => {
    await side.does('BytePipe.inspect', () => pipe.inspect());
  },
];

/** Message pipes, framed and raw. */
export async function messagePipes(side: OurSide, rings: OurRings, untilMs: number): Promise<void> {
  const channel = await openOurs(side, rings);
  if (channel === null) return;
  const pipe = new MessagePipe(channel, { raw: side.random.below(3) === 0 });
  await use(side, pipe, MESSAGES, rings.target, () => performance.now() >= untilMs);
}

/** Byte pipes: a stream that ends where an empty packet comes. */
export async function bytePipes(side: OurSide, rings: OurRings, untilMs: number): Promise<void> {
  const channel = await openOurs(side, rings);
  if (channel === null) return;
  const pipe = new BytePipe(channel);
  await use(side, pipe, BYTES, rings.target, () => pipe.reader.isEnded || performance.now() >= untilMs);
}

async function use<Pipe extends MessagePipe | BytePipe>(
  side: OurSide,
  pipe: Pipe,
  acts: readonly Act<Pipe>[],
  target: Uint8Array,
  isDone: () => boolean,
): Promise<void> {
  while (!isDone() && !isOver(pipe)) await acts[side.random.below(acts.length)]!(side, pipe, target);
  pipe.close();
  await side.does('a closed pipe', () => pipe.channel.inspect());
  const reason = await pipe.channel.closed;
  if (reason !== null) await side.does('Channel.closed', () => Promise.reject(reason));
}
