// A process with nothing but a channel that could keep it alive: `alive-child.ts <scenario> [no-wait-async]`. It says what happens to
// it, line by line, and how long it lived after there was no reason any more. Runs in Node, Bun and Deno.
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { type ChannelHandle, ChannelSet, createChannelPair, openChannel, Queue } from '../../../src/index.ts';

/** More than the time between two ticks: one is over when the packet comes. */
const LATE_MS = 700;

const [, , scenario, waitAsync] = process.argv;
if (waitAsync === 'no-wait-async') Reflect.deleteProperty(Atomics, 'waitAsync');

const [ours, theirs] = createChannelPair({ ringBytes: 4096 });
const queue = new Queue(openChannel(ours));
let over = performance.now();
process.on('exit', () => console.log(`lived on for ${Math.round(performance.now() - over)} ms`));

/** The one reason that remains to stay alive is the channel. */
function startWriter(handle: ChannelHandle): void {
  new Worker(new URL('./late-writer.ts', import.meta.url), { workerData: { handle, afterMs: LATE_MS } }).unref();
}

function read(): void {
  queue.read().then(
    (packet) => {
      console.log(`read ${packet.readAll()[0]}`);
      over = performance.now();
    },
    (error: { code: string }) => console.log(error.code),
  );
}

const SCENARIOS: Record<string, () => void> = {
  'a read is pending': () => {
    startWriter(theirs);
    read();
  },
  'unref before the read': () => {
    queue.channel.unref();
    read();
  },
  'unref while the read is pending': () => {
    read();
    queue.channel.unref();
  },
  'unref and ref': () => {
    startWriter(theirs);
    queue.channel.unref();
    read();
    queue.channel.ref();
    queue.channel.ref();
  },
  'closed while the read is pending': () => {
    read();
    setTimeout(() => {
      over = performance.now();
      queue.close();
    }, 50);
  },
  'the peer closes': () => {
    read();
    setTimeout(() => {
      over = performance.now();
      openChannel(theirs).close();
    }, 50);
  },
  'never used': () => {},
  'never closed after a read': () => {
    const peer = new Queue(openChannel(theirs));
    read();
    setTimeout(() => peer.tryWrite(Uint8Array.of(1)), 20);
  },
  'a set waits': () => {
    startWriter(theirs);
    const set = new ChannelSet().add(queue);
    void set.wait().then((ready) => {
      console.log(`ready ${ready.length}`);
      set.clear();
      over = performance.now();
    });
  },
  'a set waits, unref': () => {
    void new ChannelSet().add(queue).wait();
    queue.channel.unref();
  },
};

SCENARIOS[scenario!]!();
