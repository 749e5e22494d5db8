import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { Queue } from '../../../src/index.ts';
import { createChannelFile, openChannelFile } from '../../../src/transport/node/index.ts';
import { EndLocks } from '../../../src/transport/node/processes/end-locks.ts';
import { TestFolder } from '../../support/test-folder.ts';
import { ChannelFiles, poke, refused } from './channel-files.ts';

const folder = new ChannelFiles();
after(() => folder.remove());

describe('the file of a channel', () => {
  it('is there at once, whole, and for its owner alone', () => {
    const path = folder.created([8192, 4096]);
    const { size, mode, blocks } = statSync(path);
    assert.equal(size, 3 * 4096 + 8192 + 4096);
    assert.equal(mode & 0o777, 0o600);
    // Allocated, not only as long as that.
    assert.ok(blocks * 512 >= size);
    assert.equal(readFileSync(path, 'latin1').slice(0, 8), 'VMBUSRNG');
  });

  it('replaces nothing', () => {
    const path = folder.created();
    const before = readFileSync(path);
    refused('Exists', () => createChannelFile(path, { ringBytes: 4096 }));
    assert.deepEqual(readFileSync(path), before);
    refused('Exists', () => createChannelFile(folder.path, { ringBytes: 4096 }));
  });

  it('of sizes that no ring has is not made', () => {
    const path = folder.freePath();
    for (const ringBytes of [0, 4095, 2 ** 30 + 4096, [4096, 1] as const]) {
      assert.throws(() => createChannelFile(path, { ringBytes }), { name: 'VmbusRingError' });
    }
    assert.throws(() => createChannelFile(path, {} as never), TypeError);
    assert.ok(!existsSync(path));
  });

  it('cannot be made where there is no folder', () => {
    refused('SystemError', () => createChannelFile(folder.file('no/such'), { ringBytes: 4096 }), /ENOENT/);
  });

  it('goes from one end to the other, both ways', async () => {
    const path = folder.created([8192, 4096]);
    const first = new Queue(openChannelFile(path, { end: 0 }));
    const second = new Queue(openChannelFile(path, { end: 1 }));
    assert.equal(first.capacity, 8184);
    assert.equal(second.capacity, 4088);
    for (let i = 0; i < 300; i++) {
      await first.write(new Uint8Array(200).fill(i));
      assert.equal((await second.read()).readAll()[199], i & 0xff);
      await second.write(Uint8Array.of(i));
      assert.equal((await first.read()).readAll()[0], i & 0xff);
    }
    first.close();
    await assert.rejects(second.read(), { code: 'PeerClosed' });
    second.close();
  });

  it('is made by whoever comes first, if it is to be', () => {
    const path = folder.freePath();
    refused('SystemError', () => openChannelFile(path, { end: 0 }), /ENOENT/);
    const first = openChannelFile(path, { end: 0, create: { ringBytes: 4096 } });
    // It is taken as it is.
    const second = openChannelFile(path, { end: 1, create: { ringBytes: 65_536 } });
    assert.equal(second.inspect().outgoing.ringSize, 4096);
    first.close();
    second.close();
  });

  it('keeps what was not given back for who opens the end next', () => {
    const path = folder.created();
    const writer = new Queue(openChannelFile(path, { end: 0 }));
    for (let i = 0; i < 5; i++) writer.tryWrite(Uint8Array.of(i));
    const before = new Queue(openChannelFile(path, { end: 1 }));
    for (let i = 0; i < 3; i++) assert.equal(before.tryRead()!.readAll()[0], i);
    // The third was read and not given back.
    before.close();
    const next = new Queue(openChannelFile(path, { end: 1 }));
    for (let i = 2; i < 5; i++) assert.equal(next.tryRead()!.readAll()[0], i);
    assert.equal(next.tryRead(), null);
    writer.close();
    next.close();
  });

  it('can be removed while it is in use', async () => {
    const path = folder.created();
    const first = new Queue(openChannelFile(path, { end: 0 }));
    const second = new Queue(openChannelFile(path, { end: 1 }));
    rmSync(path);
    first.tryWrite(Uint8Array.of(1));
    assert.equal((await second.read()).readAll()[0], 1);
    first.close();
    second.close();
  });

  it('has an inspection after it was closed', () => {
    const channel = openChannelFile(folder.created(), { end: 0 });
    const queue = new Queue(channel);
    queue.tryWrite(Uint8Array.of(1));
    channel.close();
    const { state, peerState, outgoing } = channel.inspect();
    assert.deepEqual([state, peerState, outgoing.packets, outgoing.control.in], ['closed', 'unopened', 1, 32]);
    assert.throws(() => queue.tryRead(), { code: 'Closed' });
  });

  it('leaves nothing in its folder but itself', () => {
    const sub = new TestFolder();
    createChannelFile(sub.file('a'), { ringBytes: 4096 });
    assert.deepEqual(readdirSync(sub.path), ['a']);
    sub.remove();
  });
});

describe('an end of a channel in a file', () => {
  it("is one process's, and one opener's in it", () => {
    const path = folder.created();
    const channel = openChannelFile(path, { end: 0 });
    refused('InUse', () => openChannelFile(path, { end: 0 }), new RegExp(`process ${process.pid}$`));
    const other = openChannelFile(path, { end: 1 });
    refused('InUse', () => openChannelFile(path, { end: 1 }));
    channel.close();
    openChannelFile(path, { end: 0 }).close();
    other.close();
  });

  it('is not kept by a process that is gone, whatever the file says', () => {
    const path = folder.created();
    // Open, by a process that is there.
    poke(path, 16, 1, 1, process.pid, process.ppid);
    const first = openChannelFile(path, { end: 0 });
    const second = openChannelFile(path, { end: 1 });
    first.close();
    second.close();
  });

  it('whose peer is gone without having closed it says so', async () => {
    const path = folder.created();
    poke(path, 17, 1);
    const queue = new Queue(openChannelFile(path, { end: 0 }));
    await assert.rejects(queue.read(), { code: 'PeerDied' });
    assert.throws(() => queue.tryWrite(Uint8Array.of(1)), { code: 'PeerDied' });
    assert.equal(queue.inspect().peerState, 'died');
    // And goes on where another one has it.
    const peer = new Queue(openChannelFile(path, { end: 1 }));
    assert.ok(queue.tryWrite(Uint8Array.of(1)));
    assert.equal(peer.tryRead()!.readAll()[0], 1);
    queue.close();
    peer.close();
  });

  it('begins anew with a file that both ends have left empty, and not with one that holds something', async () => {
    const path = folder.created();
    for (let run = 0; run < 3; run++) {
      const first = new Queue(openChannelFile(path, { end: 0 }));
      assert.equal(first.inspect().peerState, 'unopened');
      await first.write(Uint8Array.of(run));
      const second = new Queue(openChannelFile(path, { end: 1 }));
      assert.equal((await second.read()).readAll()[0], run);
      second.reader.release();
      if (run === 2) await first.write(Uint8Array.of(9));
      first.close();
      second.close();
    }
    const last = new Queue(openChannelFile(path, { end: 1 }));
    assert.equal((await last.read()).readAll()[0], 9);
    await assert.rejects(last.read(), { code: 'PeerClosed' });
    last.close();
  });

  it('may outlive its peers', async () => {
    const path = folder.created();
    const queue = new Queue(openChannelFile(path, { end: 0, outlivesPeer: true }));
    for (let i = 0; i < 3; i++) {
      const peer = new Queue(openChannelFile(path, { end: 1 }));
      const reading = queue.read();
      peer.tryWrite(Uint8Array.of(i));
      assert.equal((await reading).readAll()[0], i);
      peer.close();
      assert.equal(queue.tryRead(), null);
      assert.equal(queue.inspect().peerState, 'closed');
    }
    await assert.rejects(queue.read({ timeoutMs: 600 }), { code: 'TimedOut' });
    queue.close();
  });

  it('wakes who waits at the other when it is opened: the one before may have been killed too early', async () => {
    const path = folder.created();
    const queue = new Queue(openChannelFile(path, { end: 0, outlivesPeer: true }));
    const { signal } = queue.channel;
    const seen = signal.count();
    const waited = signal.wait(seen, { timeoutMs: 5000 });
    const peer = openChannelFile(path, { end: 1 });
    assert.equal(await waited, true);
    peer.close();
    queue.close();
  });

  it('blocks, and is woken', () => {
    const path = folder.created();
    const [first, second] = ([0, 1] as const).map((end) => new Queue(openChannelFile(path, { end })));
    assert.throws(() => first!.readSync(20), { code: 'TimedOut' });
    second!.tryWrite(Uint8Array.of(4));
    assert.equal(first!.readSync(1000).readAll()[0], 4);
    second!.close();
    assert.throws(() => first!.readSync(), { code: 'PeerClosed' });
    first!.close();
  });

  it('loses no signal that comes while it says whether it keeps the process alive', async () => {
    const path = folder.created();
    const [first, second] = ([0, 1] as const).map((end) => new Queue(openChannelFile(path, { end })));
    for (let i = 0; i < 8; i++) {
      const began = performance.now();
      const reading = first!.read({ timeoutMs: 10_000 });
      second!.tryWrite(Uint8Array.of(i));
      first!.channel.unref();
      first!.channel.ref();
      assert.equal((await reading).readAll()[0], i);
      // Else the next look by time finds it.
      assert.ok(performance.now() - began < 300);
    }
    first!.close();
    second!.close();
  });

  it('that somebody looks at is not in use', () => {
    const path = folder.created();
    const descriptor = openSync(path, 'r+');
    const locks = new EndLocks(descriptor, path);
    let opened = 0;
    assert.ok(
      locks.whileFree(0, () => {
        // The end is locked now, and cannot be taken.
        const other = new EndLocks(descriptor, path);
        assert.equal(
          other.whileFree(0, () => opened++),
          false,
        );
        other.release();
      }),
    );
    assert.equal(opened, 0);
    openChannelFile(path, { end: 0 }).close();
    const channel = openChannelFile(path, { end: 0 });
    assert.equal(
      locks.whileFree(0, () => opened++),
      false,
    );
    channel.close();
    locks.release();
    closeSync(descriptor);
  });

  it('whose rings somebody has moved away is an error, and its other channels go on', async () => {
    const [path, otherPath] = [folder.created(), folder.created()];
    const [spoilt, peer] = ([0, 1] as const).map((end) => new Queue(openChannelFile(path, { end })));
    const [other, otherPeer] = ([0, 1] as const).map((end) => new Queue(openChannelFile(otherPath, { end })));
    peer!.tryWrite(new Uint8Array(8));
    const packet = spoilt!.tryRead()!;
    const reading = other!.read();
    (packet.view()!.buffer as ArrayBuffer).transfer();
    assert.throws(() => spoilt!.tryRead(), { name: 'VmbusRingError', code: 'InvalidRingMemory' });
    spoilt!.close();
    otherPeer!.tryWrite(Uint8Array.of(5));
    assert.equal((await reading).readAll()[0], 5);
    openChannelFile(path, { end: 0 }).close();
    for (const queue of [peer, other, otherPeer]) queue!.close();
  });

  it('takes 0 and 1, and nothing else', () => {
    for (const end of [2, -1, '0', undefined]) {
      assert.throws(() => openChannelFile(folder.created(), { end: end as 0 }), TypeError);
    }
  });
});
