import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Xorshift } from '../support/xorshift.ts';
import { defaultCopyEngine } from '../../src/memory/copy-engine.ts';
import { COPY_ENGINES } from '../support/engine-memories.ts';
import { RingWindow } from '../../src/memory/ring-window.ts';
import { MirroredWindow, WINDOW_PLANS } from './mirrored-window.ts';

function randomBytes(random: Xorshift, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.next());
}

/** Ring offsets around which pieces end: page ends, the end of the ring, and the start of its second mapping. */
const EDGES = [0, 4096, 8192, 12288, 16384];

for (const plan of WINDOW_PLANS.filter(({ controlOffset }) => controlOffset < 12288)) {
  for (const [name, engine] of Object.entries(COPY_ENGINES)) {
    describe(`a window ${plan.name}, with ${name}`, () => {
      it('moves any number of bytes from and to arrays that begin anywhere', () => {
        const mirrored = new MirroredWindow(plan, engine, false);
        const random = new Xorshift(7);
        const room = randomBytes(random, 640);
        for (let length = 0; length <= 600; length++) {
          for (let byteOffset = 0; byteOffset <= 8; byteOffset++) {
            const aligned = (random.next() % (plan.length / 8)) * 8;
            const offset = (length + byteOffset) % 2 === 0 ? aligned : random.next() % plan.length;
            mirrored.write(offset, room, byteOffset, length);
            mirrored.read(offset, room, byteOffset, length);
          }
        }
      });

      it('moves bytes across every 8-byte position', () => {
        const mirrored = new MirroredWindow(plan, engine, true);
        const random = new Xorshift(8);
        const room = randomBytes(random, plan.length + 16);
        for (let offset = 0; offset < plan.length; offset += 8) {
          for (const length of [24, 136, 264]) {
            mirrored.write(offset, room, offset % 16, length);
            mirrored.read(offset, room, 8, length);
          }
        }
        for (let offset = 0; offset < plan.length; offset += 248) {
          for (const length of [4096, 5000, plan.length]) {
            mirrored.write(offset, room, 8, length);
            mirrored.read(offset, room, 3, length);
          }
        }
      });

      it('moves bytes around each place where a piece ends', () => {
        const mirrored = new MirroredWindow(plan, engine, true);
        const random = new Xorshift(9);
        const room = randomBytes(random, 80);
        for (const edge of EDGES) {
          for (let before = 0; before <= Math.min(edge, 33); before++) {
            for (let length = before; length <= before + 33; length += 3) {
              mirrored.write(edge - before, room, before % 9, length);
              mirrored.read(edge - before, room, length % 9, length);
            }
          }
        }
      });
    });
  }
}

for (const plan of WINDOW_PLANS) {
  describe(`a window ${plan.name}`, () => {
    it('hands out views of what lies in one piece, and of nothing else', () => {
      const mirrored = new MirroredWindow(plan, defaultCopyEngine(), true);
      const { window } = mirrored;
      for (let offset = 0; offset < 2 * plan.length; offset += 488) {
        for (const length of [0, 1, 8, 700, 4096, 4097]) {
          if (offset + length > 2 * plan.length) continue;
          const places = Array.from({ length }, (_, i) => mirrored.place(offset + i));
          const inOnePiece = places.every((place, i) => place === places[0]! + i);
          const view = window.viewBytes(offset, length);
          assert.equal(view !== null, inOnePiece, `${length} bytes at ${offset}`);
          if (view === null) continue;
          assert.equal(view.length, length);
          if (length > 0) assert.equal(view.byteOffset, places[0]);
          for (const [i, byte] of view.entries()) assert.equal(byte, mirrored.byte(offset + i));
        }
      }
    });

    it('finds words where the plan has them', () => {
      const mirrored = new MirroredWindow(plan, defaultCopyEngine(), false);
      const { window } = mirrored;
      for (let offset = 0; offset < 2 * plan.length; offset += 4) {
        const at = window.i32.byteOffset + window.wordAt(offset) * 4;
        assert.equal(at, mirrored.place(offset));
        const bytes = window.contiguousBytes(offset);
        assert.equal(mirrored.place(offset + bytes - 1), at + bytes - 1);
        if (offset % 8 === 0) assert.ok(bytes >= 8);
      }
    });

    it('locates what lies in one piece', () => {
      const mirrored = new MirroredWindow(plan, defaultCopyEngine(), false);
      const { window } = mirrored;
      for (let offset = 0; offset < 2 * plan.length; offset += 8) {
        for (const length of [8, 16, 24, 4096]) {
          const word = window.locate(offset, length);
          if (word >= 0) {
            assert.equal(window.i32.byteOffset + word * 4, mirrored.place(offset));
            assert.equal(mirrored.place(offset + length - 1), mirrored.place(offset) + length - 1);
          } else if (offset < plan.length) {
            // Past the ring's end it may say no where it could say yes: seldom, and only slower.
            assert.ok(window.contiguousBytes(offset) < length, `${length} bytes at ${offset} lie in one piece`);
          }
        }
      }
    });
  });
}

describe('RingWindow', () => {
  it('refuses pages that are further apart than its limit, whatever the buffer', () => {
    const buffer = new ArrayBuffer(8192);
    for (const far of [2 ** 32 - 4096, 2 ** 32, 2 ** 33]) {
      assert.throws(() => new RingWindow({ buffer, controlOffset: 0, data: [far], length: 4096 }), /bytes/);
      assert.throws(() => new RingWindow({ buffer, controlOffset: far, data: 0, length: 4096 }), /bytes/);
    }
  });
});
