import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { ChannelError, Queue } from '../../src/index.ts';
import { connectUioDevice } from '../../src/transport/node/uio/connect-device.ts';
import type { UioDevice, UioMapping } from '../../src/transport/node/uio/uio-device.ts';
import { openTo, targetOf } from './descriptors.ts';
import { StandIn } from './stand-in.ts';

/** A device that can be made to fail as the system does. */
class FailingDevice implements UioDevice {
  readonly canBlock: boolean;
  readError: string | null = null;
  writeError: string | null = null;
  readonly #inner: UioDevice;

  constructor(inner: UioDevice, canBlock = true) {
    this.#inner = inner;
    this.canBlock = canBlock;
  }

  map(index: number, length: number): UioMapping {
    return this.#inner.map(index, length);
  }

  read(): number | null {
    if (this.readError !== null) throw systemError(this.readError);
    return this.#inner.read();
  }

  write(value: 0 | 1): void {
    if (this.writeError !== null) throw systemError(this.writeError);
    this.#inner.write(value);
  }

  wait(timeoutMs: number, done: () => void): void {
    this.#inner.wait(timeoutMs, done);
  }

  wake(): void {
    this.#inner.wake();
  }

  waitSync(timeoutMs: number): void {
    this.#inner.waitSync(timeoutMs);
  }

  close(): void {
    this.#inner.close();
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the kernel says it`), { code });
}

function failing(standIn: StandIn, canBlock = true): [FailingDevice, Queue] {
  const device = new FailingDevice(standIn.device(), canBlock);
  return [device, new Queue(connectUioDevice(device, standIn.info, false))];
}

function isDead(code: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ChannelError, String(error));
    assert.equal(error.code, 'PeerDied');
    assert.match(error.message, new RegExp(`the device is gone \\(${code}\\)`));
    return true;
  };
}

for (const code of ['EIO', 'ENODEV', 'EBADF']) {
  test(`a rescind while a reader waits: ${code}`, async () => {
    using standIn = new StandIn();
    const node = targetOf(standIn.guestDescriptor);
    assert.equal(openTo(node), 1);
    const [device, guest] = failing(standIn);
    const packet = guest.read();
    await sleep(5);
    device.readError = code;
    standIn.interrupt();
    await assert.rejects(packet, isDead(code));
    assert.equal(guest.channel.signal.peerState, 'died');
    assert.equal(standIn.mapped[0]?.bytes.length, 0, 'the memory is still mapped');
    assert.throws(() => guest.tryWrite(Uint8Array.of(1)), isDead(code));
    assert.throws(() => guest.tryRead(), isDead(code));
    await assert.rejects(guest.read(), isDead(code));
    isDead(code)(await guest.channel.closed);
    await sleep(5);
    assert.equal(openTo(node), 0, 'the node is still open');
    guest.channel.close();
  });
}

test('a node that ends while a reader and writers wait', async () => {
  using standIn = new StandIn();
  const guest = new Queue(standIn.connect());
  while (guest.tryWrite(new Uint8Array(504)));
  const waits = [guest.read(), guest.write(new Uint8Array(504)), guest.write(new Uint8Array(8))];
  const outcomes = Promise.allSettled(waits);
  await sleep(5);
  standIn.rescind();
  for (const outcome of await outcomes) {
    assert.ok(outcome.status === 'rejected');
    isDead('EIO')(outcome.reason);
  }
});

test('a rescind while the thread blocks, for a packet and for room', () => {
  for (const operation of [(guest: Queue) => guest.readSync(5000), (guest: Queue) => fill(guest)]) {
    using standIn = new StandIn();
    const [device, guest] = failing(standIn);
    device.readError = 'EIO';
    standIn.interrupt();
    assert.throws(() => operation(guest), isDead('EIO'));
    assert.throws(() => guest.tryRead(), isDead('EIO'));
    assert.throws(() => guest.readSync(10), isDead('EIO'));
    assert.equal(standIn.mapped[0]?.bytes.length, 0);
  }
});

function fill(guest: Queue): void {
  for (let i = 0; i < 100; i++) guest.writeSync(new Uint8Array(504), 5000);
}

test('a rescind that shows when the host is to be signalled', async () => {
  using standIn = new StandIn();
  const [device, guest] = failing(standIn);
  new Int32Array(standIn.halves()[0].buffer)[2] = 0;
  device.writeError = 'EIO';
  // What was written was written: the error is the next one's.
  assert.equal(guest.tryWrite(Uint8Array.of(1)), true);
  isDead('EIO')(await guest.channel.closed);
  assert.throws(() => guest.tryWrite(Uint8Array.of(1)), isDead('EIO'));
});

test('a rescind that shows when the host is to be signalled, and then the thread blocks', () => {
  using standIn = new StandIn();
  const [device, guest] = failing(standIn);
  new Int32Array(standIn.halves()[0].buffer)[2] = 0;
  device.writeError = 'EIO';
  guest.tryWrite(Uint8Array.of(1));
  assert.throws(() => guest.readSync(5000), isDead('EIO'));
});

test('a rescind that nobody waits for closes the channel soon', async () => {
  using standIn = new StandIn();
  const guest = new Queue(standIn.connect());
  standIn.rescind();
  // Nothing of the channel keeps the process alive meanwhile.
  const patience = setTimeout(() => assert.fail('not closed'), 5000);
  isDead('EIO')(await guest.channel.closed);
  clearTimeout(patience);
  assert.throws(() => guest.tryRead(), isDead('EIO'));
});

test('packets that were read, and a batch that is open, are of no harm when the device goes', async () => {
  using standIn = new StandIn();
  const host = new Queue(standIn.host());
  const guest = new Queue(standIn.connect());
  host.tryWrite(Uint8Array.of(1));
  host.tryWrite(Uint8Array.of(2));
  const packet = guest.tryRead()!;
  const batch = guest.split().writer.writeBatch();
  batch.tryWrite(Uint8Array.of(1));
  standIn.rescind();
  await guest.channel.closed;
  assert.throws(() => packet.readAll(), { name: 'VmbusRingError', code: 'InvalidRingMemory' });
  packet.release();
  assert.throws(() => batch.commit(), isDead('EIO'));
});

test('closing a device that is gone is no error', () => {
  using standIn = new StandIn();
  const [device, guest] = failing(standIn);
  device.writeError = 'EIO';
  device.readError = 'EIO';
  guest.channel.close();
  assert.throws(() => guest.tryRead(), { code: 'Closed' });
});

test('where the thread cannot block, that is said', () => {
  using standIn = new StandIn();
  const [, guest] = failing(standIn, false);
  assert.throws(() => guest.readSync(10), /TypeError.*blocking the thread/);
  guest.channel.close();
});
