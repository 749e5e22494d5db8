import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ChannelError, Queue } from '../../src/index.ts';
import { chooseSeed, scaleRuns } from '../support/property.ts';
import { Xorshift } from '../support/xorshift.ts';
import { openTo, targetOf } from './descriptors.ts';
import { StandIn, type StandInOptions } from './stand-in.ts';

const run = promisify(execFile);

const EVENTFD = 'anon_inode:[eventfd]';

/** Waits until `isDone`; what is to come has two seconds for it. */
async function until(isDone: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 2000 && !isDone(); i++) await sleep(1);
  assert.ok(isDone(), what);
}

/** `count` packets from one end to the other, whose first and whose last word is that of a sequence; lengths are random. */
async function transfer(from: Queue, to: Queue, count: number, seed: number): Promise<void> {
  const write = async (): Promise<void> => {
    const random = new Xorshift(seed);
    for (let i = 0; i < count; i++) {
      const payload = new Uint32Array(2 * (1 + random.below(200))).fill(i);
      await from.write(new Uint8Array(payload.buffer));
      if (random.below(16) === 0) await sleep(0);
    }
  };
  const read = async (): Promise<void> => {
    const random = new Xorshift(seed);
    for (let i = 0; i < count; i++) {
      const bytes = (await to.read()).readAll();
      assert.equal(bytes.length, 8 * (1 + random.below(200)), `packet ${i}`);
      assert.ok(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4).every((word) => word === i));
      random.next();
    }
    to.split().reader.release();
  };
  await Promise.all([write(), read()]);
}

const WAYS: readonly (readonly [what: string, options: StandInOptions])[] = [
  ['signalled by writes, interrupts mask the ring', {}],
  ['signalled by writes, the mask is ours', { masks: false }],
  ['monitored', { monitorId: 70 }],
  ['monitored, the mask is ours', { monitorId: 127, masks: false }],
  ['without feature bits', { featureBits: 0 }],
];

for (const [what, options] of WAYS) {
  test(`packets go both ways, and full rings are waited for: ${what}`, async (t: TestContext) => {
    const seed = chooseSeed();
    const count = scaleRuns(1000);
    t.diagnostic(`${count} packets each way; replay with VMBUS_RING_SEED=${seed}`);
    using standIn = new StandIn(options);
    const host = new Queue(standIn.host());
    const guest = new Queue(standIn.connect());
    await Promise.all([transfer(guest, host, count, seed), transfer(host, guest, count, seed + 1)]);
    assert.equal(guest.inspect().outgoing.packets, count);
    assert.ok(standIn.interrupts > 0, 'no interrupts');
    assert.equal(standIn.written.includes(1), options.monitorId === undefined);
    guest.channel.close();
    host.channel.close();
  });
}

test('an interrupt ends a wait, each of them', async () => {
  using standIn = new StandIn();
  const host = new Queue(standIn.host());
  const guest = new Queue(standIn.connect());
  for (let i = 0; i < 20; i++) {
    const packet = guest.read({ timeoutMs: 5000 });
    await sleep(i % 3);
    host.tryWrite(Uint8Array.of(i));
    assert.equal((await packet).readAll()[0], i);
  }
  assert.equal(standIn.interrupts, 20);
  guest.channel.close();
});

test('interrupts for nothing, and masks that the kernel sets meanwhile, do no harm', async () => {
  using standIn = new StandIn();
  const host = new Queue(standIn.host());
  const guest = new Queue(standIn.connect());
  const packet = guest.read({ timeoutMs: 5000 });
  for (let i = 0; i < 5; i++) {
    standIn.interrupt();
    // Two that come before anybody looks are one.
    for (let looks = 0; looks < 1000 && guest.inspect().signals.spurious <= i; looks++) await sleep(2);
  }
  host.tryWrite(Uint8Array.of(7));
  assert.equal((await packet).readAll()[0], 7);
  assert.equal(guest.inspect().signals.spurious, 5);
  guest.channel.close();
});

test('a wait that nobody ends is over by time, and by abort', async () => {
  using standIn = new StandIn();
  const guest = new Queue(standIn.connect());
  await assert.rejects(guest.read({ timeoutMs: 20 }), { code: 'TimedOut' });
  const abort = new AbortController();
  const packet = guest.read({ signal: abort.signal });
  abort.abort(new Error('enough'));
  await assert.rejects(packet, /enough/);
  guest.channel.close();
});

test('the host is signalled by the bits of the channel in the interrupt page and the monitor page', () => {
  using standIn = new StandIn({ monitorId: 37 });
  const guest = new Queue(standIn.connect());
  new Int32Array(standIn.halves()[0].buffer)[2] = 0;
  guest.tryWrite(Uint8Array.of(1));
  const { events, monitor } = standIn.pages;
  // Relative id 77 is bit 13 of word 2 of the host's half; monitor id 37 is bit 5 of the second group.
  assert.deepEqual(nonZero(events), [[512 + 2, 1 << 13]]);
  assert.deepEqual(nonZero(monitor), [[4, 1 << 5]]);
  guest.channel.close();
});

function nonZero(words: Int32Array): [index: number, word: number][] {
  return [...words.entries()].filter(([, word]) => word !== 0);
}

test('closing disables interrupts, takes the memory away and closes the descriptors', async () => {
  // What was closed before gives its descriptors back a moment later.
  await sleep(50);
  const events = openTo(EVENTFD);
  using standIn = new StandIn({ monitorId: 1 });
  const node = targetOf(standIn.guestDescriptor);
  const channel = standIn.connect();
  const guest = new Queue(channel);
  const packet = guest.read();
  await sleep(5);
  channel.close();
  assert.deepEqual(
    standIn.mapped.map(({ bytes }) => bytes.length),
    [0, 0, 0],
  );
  await assert.rejects(packet, { code: 'Closed' });
  await until(() => standIn.written.length > 0, 'nothing was written');
  assert.deepEqual(standIn.written, [0]);
  await until(() => openTo(node) === 0, 'the node is still open');
  assert.equal(openTo(EVENTFD), events);
  channel.close();
});

test('the thread can block for an interrupt', async () => {
  using standIn = new StandIn();
  const guest = new Queue(standIn.connect());
  const count = Int32Array.of(1);
  const code = `
    const { writeSync } = require('node:fs');
    setTimeout(() => writeSync(${standIn.hostDescriptor}, Int32Array.of(${count[0]})), 30);`;
  const { signal } = guest.channel;
  const seen = signal.count();
  const worker = new Worker(code, { eval: true });
  let came = false;
  for (let i = 0; i < 10 && !came; i++) came = signal.waitSync(seen, 500);
  assert.equal(came, true);
  assert.equal(signal.waitSync(signal.count(), 5), false);
  await worker.terminate();
  assert.throws(() => guest.readSync(10), { code: 'TimedOut' });
  const host = new Queue(standIn.host());
  host.tryWrite(Uint8Array.of(3));
  assert.equal(guest.readSync(5000).readAll()[0], 3);
  guest.channel.close();
});

test('a writer that waits for room is woken when the host reads', async () => {
  using standIn = new StandIn();
  const host = new Queue(standIn.host());
  const guest = new Queue(standIn.connect());
  while (guest.tryWrite(new Uint8Array(504)));
  const written = guest.write(new Uint8Array(504), { timeoutMs: 5000 });
  await sleep(5);
  while (host.tryRead() !== null);
  host.split().reader.release();
  await written;
  assert.ok(standIn.interrupts > 0);
  guest.channel.close();
});

/** A process whose device keeps nothing alive, and in which a read is pending when `then` runs. */
function runChild(then: string): Promise<{ readonly stdout: string }> {
  const code = `
    import { Queue } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
    import { StandIn } from ${JSON.stringify(new URL('stand-in.ts', import.meta.url).href)};
    const standIn = new StandIn();
    process.on('exit', () => standIn[Symbol.dispose]());
    standIn.unref();
    const host = new Queue(standIn.host());
    const guest = new Queue(standIn.connect());
    guest.read().then(() => { console.log('came'); guest.channel.close(); }, () => {});
    ${then}`;
  return run(process.execPath, ['--input-type=module', '--eval', code], { timeout: 20_000 });
}

for (const end of ['process.exit(0)', 'guest.channel.unref()', 'guest.channel.close()']) {
  test(`a wait does not hold up the process: ${end}`, async () => {
    const { stdout } = await runChild(`setTimeout(() => ${end}, 30);`);
    assert.equal(stdout, '');
  });
}

test('a wait keeps the process alive, longer than one poll', async () => {
  const { stdout } = await runChild('setTimeout(() => host.tryWrite(Uint8Array.of(1)), 1200).unref();');
  assert.equal(stdout, 'came\n');
});

test('a channel that may not keep the process alive is still woken', async () => {
  using standIn = new StandIn();
  const host = new Queue(standIn.host());
  const guest = new Queue(standIn.connect());
  guest.channel.unref();
  const packet = guest.read();
  await sleep(5);
  host.tryWrite(Uint8Array.of(9));
  assert.equal((await packet).readAll()[0], 9);
  guest.channel.ref();
  const next = guest.read();
  await sleep(5);
  host.tryWrite(Uint8Array.of(10));
  assert.equal((await next).readAll()[0], 10);
  guest.channel.close();
});

test('a ring that the host spoils closes the channel with the error of the ring', async () => {
  using standIn = new StandIn();
  const guest = new Queue(standIn.connect());
  const packet = guest.read();
  const [, incoming] = standIn.halves();
  new Int32Array(incoming.buffer, incoming.byteOffset)[0] = 12;
  standIn.interrupt();
  await assert.rejects(packet, { code: 'InvalidRingPointer' });
  assert.ok(!(guest.channel.failure instanceof ChannelError));
  assert.equal(standIn.mapped[0]?.bytes.length, 0);
});
