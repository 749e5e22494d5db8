import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  accelerateMemory,
  FlatRingMem,
  IncomingPacket,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  receiveInto,
  type SharedWasmMemory,
  sendFrom,
} from '../../src/index.ts';
import { acceleratedBuffers } from '../../src/memory/accelerated-buffers.ts';
import type { WasmCalls } from '../../src/memory/wasm-calls.ts';
import { allocateShared } from '../../src/transport/threads/shared-memory.ts';

// The straight way of `receiveInto` reads `in` and a descriptor before the call that acquires. A peer changes them in between here, always.

const RING_BYTES = 4096;
const DATA = 4096;
const [SOURCE, TARGET] = [16_384, 20_480];

/** A ring in WebAssembly's memory whose peer does something each time right before the call that acquires. */
function ringWithPeer() {
  const memory = allocateShared(65_536) as SharedWasmMemory;
  assert.equal(accelerateMemory(memory), true);
  const { buffer } = memory;
  const calls = acceleratedBuffers.get(buffer)!;
  const peer = { act: (): void => {}, calls: 0, refused: 0 };
  const receiveSeen: WasmCalls['receiveSeen'] = (...args) => {
    peer.calls++;
    peer.act();
    const result = calls.receiveSeen(...args);
    if (result < 0) peer.refused++;
    return result;
  };
  acceleratedBuffers.set(buffer, { ...calls, receiveSeen });
  const mem = new FlatRingMem(RING_BYTES, buffer);
  const words = new Int32Array(buffer);
  const source = new Uint8Array(buffer, SOURCE, 40);
  const target = new Uint8Array(buffer, TARGET, 40);
  const [outgoing, incoming] = [new OutgoingRing(mem), new IncomingRing(mem)];
  const [writes, reads] = [outgoing.outgoing(), incoming.incoming()];
  const packet = new IncomingPacket();
  let id = 0;
  const send = (): void => {
    source.fill(++id);
    sendFrom(outgoing, writes, { transactionId: id, size: 40, typ: OutgoingPacketType.InBandWithCompletion }, source);
  };
  const receive = (): boolean | null => receiveInto(incoming, reads, packet, target);
  // Arrays are known once they were seen twice.
  for (let i = 0; i < 3; i++) {
    send();
    assert.equal(receive(), false);
  }
  assert.ok(peer.calls > 0, 'not the straight way');
  peer.refused = 0;
  /** The index in `words` of the packet that comes next. */
  const next = (): number => (DATA + reads.inspect().nextOut) >> 2;
  return { peer, words, target, packet, reads, send, receive, next };
}

describe('a packet that was seen before it was acquired', () => {
  for (const [name, word, change, expected] of [
    ['type', 0, 11 - 6, { packetType: 11 }],
    ['payload offset', 0, 1 << 16, { payloadLength: 32 }],
    ['length', 1, -1, { payloadLength: 32 }],
    ['flags', 1, -(1 << 16), { completionRequested: false }],
    ['low half of the id', 2, 1000, { transactionIdLow: 1004 }],
    ['high half of the id', 3, 1000, { transactionIdHigh: 1000 }],
  ] as const) {
    it(`is read anew where its ${name} is another one by then`, () => {
      const { peer, words, packet, send, receive, next } = ringWithPeer();
      send();
      peer.act = () => {
        words[next() + word]! += change;
      };
      assert.equal(receive(), false);
      assert.deepEqual([peer.refused, { ...expected }], [1, pick(packet, Object.keys(expected))]);
    });
  }

  it('is none where in is back by then, and nothing was touched', () => {
    for (const bytes of [0, 8, 16, 56]) {
      const { peer, words, target, reads, send, receive } = ringWithPeer();
      send();
      const [at, before, control] = [reads.inspect().nextOut, target.slice(), words.slice(1, 32)];
      peer.act = () => {
        words[0] = at + bytes;
      };
      if (bytes === 0) assert.equal(receive(), null);
      else assert.throws(receive, { name: 'VmbusRingError' });
      assert.equal(peer.refused, 1);
      assert.deepEqual([words.slice(1, 32), target, reads.inspect().nextOut], [control, before, at]);
    }
  });

  it('is refused where in cannot be one by then', () => {
    const { peer, words, reads, send, receive } = ringWithPeer();
    send();
    const newIn = words[0]!;
    for (const wrong of [newIn + 4, newIn + 1, RING_BYTES, RING_BYTES + newIn, -8, -(2 ** 31)]) {
      words[0] = newIn;
      peer.act = () => {
        words[0] = wrong;
      };
      const at = reads.inspect();
      assert.throws(receive, { code: 'InvalidRingPointer' });
      assert.deepEqual(reads.inspect(), at);
    }
    // Nor where it could not be one before.
    send();
    peer.act = () => assert.fail('seen by an in that cannot be one');
    for (const wrong of [newIn + 4, newIn + 1, RING_BYTES, -8]) {
      words[0] = wrong;
      assert.throws(receive, { code: 'InvalidRingPointer' });
    }
  });

  it('is received where more packets are there by then, and those come after it', () => {
    const { peer, packet, send, receive } = ringWithPeer();
    for (let round = 0; round < 200; round++) {
      send();
      peer.act = () => {
        send();
        send();
        peer.act = () => {};
      };
      const first = packet.transactionIdLow + 1;
      for (let i = 0; i < 3; i++) {
        assert.equal(receive(), false);
        assert.equal(packet.transactionIdLow, first + i);
      }
      assert.equal(receive(), null);
    }
    assert.equal(peer.refused, 0);
  });

  it('is read in order where fewer bytes are there by then, though it is', () => {
    const { peer, words, packet, reads, send, receive } = ringWithPeer();
    while (reads.inspect().nextOut !== RING_BYTES - 64) {
      send();
      receive();
    }
    send();
    const newIn = words[0]!;
    send();
    peer.act = () => {
      words[0] = newIn;
    };
    assert.equal(newIn, 0, 'not across the end');
    assert.deepEqual([receive(), peer.refused, packet.transactionIdLow], [false, 1, 64]);
    assert.equal(receive(), null);
  });

  it('gives its room back to a writer that began to wait right then', () => {
    const { peer, words, reads, send, receive } = ringWithPeer();
    const { nextOut } = reads.inspect();
    send();
    // In the ring there were RING_BYTES - 8 - 64 bytes of room, and there are 64 more now.
    peer.act = () => {
      words[3] = RING_BYTES - 8;
    };
    assert.equal(receive(), true);
    assert.equal(words[1], (nextOut + 64) % RING_BYTES);
    assert.equal(peer.refused, 0);
  });
});

function pick(packet: IncomingPacket, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, packet[name as keyof IncomingPacket]]));
}
