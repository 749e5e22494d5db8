import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import {
  FlatRingMem,
  IncomingRing,
  OutgoingPacketType,
  OutgoingRing,
  SingleMappedRingMem,
} from '../../../src/index.ts';
import { mapFile, MappedFileError } from '../../../src/transport/node/index.ts';
import { TestFolder } from '../../support/test-folder.ts';

const folder = new TestFolder();
after(() => folder.remove());

function file(name: string, bytes: number): string {
  const path = folder.file(name);
  writeFileSync(path, new Uint8Array(bytes));
  return path;
}

describe('a mapped file', () => {
  it('is the file, for all who map it', () => {
    const path = file('shared', 12_288);
    const [ours, theirs] = [mapFile(path), mapFile(path)];
    assert.equal(ours.length, 12_288);
    assert.equal(ours.path, path);
    assert.equal(ours.access, 'write');
    assert.equal(ours.isSealed, false);
    ours.bytes[12_287] = 9;
    assert.equal(theirs.bytes[12_287], 9);
    assert.equal(readFileSync(path)[12_287], 9);
    ours.close();
    theirs.close();
  });

  it('may be a part of the file', () => {
    const path = file('part', 16_384);
    const whole = mapFile(path);
    whole.bytes.set([1, 2, 3], 8192);
    const part = mapFile(path, { offset: 8192, length: 4096 });
    assert.equal(part.length, 4096);
    assert.deepEqual([...part.bytes.subarray(0, 3)], [1, 2, 3]);
    const rest = mapFile(path, { offset: 8192 });
    assert.equal(rest.length, 8192);
    for (const mapped of [whole, part, rest]) mapped.close();
  });

  it('that is mapped for reading sees the file, and never writes to it', () => {
    const path = file('read', 8192);
    const writer = mapFile(path);
    const reader = mapFile(path, { access: 'read' });
    writer.bytes[0] = 1;
    assert.equal(reader.bytes[0], 1);
    reader.bytes[0] = 2;
    reader.bytes[5000] = 2;
    assert.equal(writer.bytes[0], 1);
    assert.equal(readFileSync(path)[5000], 0);
    writer.close();
    reader.close();
  });

  it('has no bytes any more once it is closed, whoever has a view of it', () => {
    const mapped = mapFile(file('closed', 8192));
    const { bytes } = mapped;
    const words = new Int32Array(bytes.buffer, 4096);
    mapped.close();
    assert.equal(bytes.length, 0);
    assert.equal(words.length, 0);
    assert.throws(() => Atomics.load(words, 0));
    mapped.close();
  });

  it('closes at the end of its scope', () => {
    const mapped = mapFile(file('scope', 8192));
    mapped[Symbol.dispose]();
    assert.equal(mapped.bytes.length, 0);
  });

  it('that was closed under a ring is an error of the ring, and not the end of the process', () => {
    const mapped = mapFile(file('ring', 8192));
    const memory = new SingleMappedRingMem(mapped.bytes);
    const outgoing = new OutgoingRing(memory);
    const offset = outgoing.outgoing();
    const incoming = new IncomingRing(memory);
    const packet = { transactionId: 0n, size: 8, typ: OutgoingPacketType.InBandNoCompletion };
    mapped.close();
    const gone = { name: 'VmbusRingError', code: 'InvalidRingMemory' };
    assert.throws(() => outgoing.write(offset, packet), gone);
    assert.throws(() => incoming.incoming(), gone);
    assert.throws(() => new SingleMappedRingMem(mapped.bytes), gone);
  });

  it('whose buffer was moved elsewhere is closed all the same', () => {
    const path = file('moved', 8192);
    const mapped = mapFile(path);
    mapped.bytes[0] = 7;
    const moved = new Uint8Array(mapped.bytes.buffer.transfer());
    assert.equal(moved[0], 7);
    mapped.close();
    // What is left there is nobody's.
    assert.equal(moved[0], 0);
    moved[0] = 1;
    assert.equal(readFileSync(path)[0], 7);
  });

  it('carries a ring as memory of our own does', () => {
    const mapped = mapFile(file('carries', 4096 + 8192));
    for (const memory of [new SingleMappedRingMem(mapped.bytes), new FlatRingMem(8192)]) {
      const outgoing = new OutgoingRing(memory);
      const incoming = new IncomingRing(memory);
      const [write, read] = [outgoing.outgoing(), incoming.incoming()];
      for (let i = 0; i < 1000; i++) {
        const range = outgoing.write(write, {
          transactionId: 1n,
          size: 40,
          typ: OutgoingPacketType.InBandNoCompletion,
        });
        assert.ok('writer' in range);
        range.writer(outgoing).fill(i & 0xff, 40);
        outgoing.commitWrite(write);
        assert.equal(incoming.read(read)!.payload.reader(incoming).readAll()[39], i & 0xff);
        incoming.commitRead(read);
      }
    }
    mapped.close();
  });
});

describe('what is no file that can be mapped', () => {
  function refused(code: string, call: () => unknown): void {
    assert.throws(call, (error) => {
      assert.ok(error instanceof MappedFileError);
      assert.equal(error.code, code, error.message);
      return true;
    });
  }

  it('is refused by what it is', () => {
    refused('NotAFile', () => mapFile(folder.path));
    refused('NotAFile', () => mapFile(folder.path, { access: 'read' }));
    const fifo = folder.file('fifo');
    execFileSync('mkfifo', [fifo]);
    refused('NotAFile', () => mapFile(fifo));
    refused('NotAFile', () => mapFile(fifo, { access: 'read' }));
    refused('SystemError', () => mapFile(folder.file('absent')));
    assert.throws(() => mapFile(folder.file('absent')), {
      errno: 'ENOENT',
      message: /absent: the system refused: ENOENT/,
    });
  });

  it('is refused by its size', () => {
    refused('WrongSize', () => mapFile(file('empty', 0)));
    const path = file('short', 8192);
    refused('WrongSize', () => mapFile(path, { offset: 8192 }));
    refused('WrongSize', () => mapFile(path, { length: 8193 }));
    refused('WrongSize', () => mapFile(path, { offset: 4096, length: 4097 }));
    truncateSync(path, 4096);
    refused('WrongSize', () => mapFile(path, { length: 8192 }));
    // Of a device nobody knows the size.
    refused('WrongSize', () => mapFile('/dev/zero'));
  });

  it('is refused where the arguments are none', () => {
    const path = file('arguments', 8192);
    for (const offset of [1, 4095, -4096, 0.5, Number.NaN]) {
      assert.throws(() => mapFile(path, { offset }), RangeError, String(offset));
    }
    for (const length of [0, -1, 0.5, Number.NaN]) assert.throws(() => mapFile(path, { length }), RangeError);
    assert.throws(() => mapFile(path, { access: 'both' as never }), TypeError);
    assert.throws(() => mapFile('a\0b'), TypeError);
  });
});
