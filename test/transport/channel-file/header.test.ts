import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  type ChannelFileHeader,
  createChannelHeader,
  isChannelFile,
  readChannelHeader,
} from '../../../src/transport/channel-file/header.ts';
import { flowWord, HEADER_WORDS, lockOffset, signalWord } from '../../../src/transport/channel-file/layout.ts';
import { channelBytes, ringOffset } from '../../../src/transport/channel-layout.ts';
import { Xorshift } from '../../support/xorshift.ts';
import { announceSeed } from '../../support/property.ts';

function headerOf(page: Uint8Array, fileBytes: number): ChannelFileHeader {
  const header = readChannelHeader(page, fileBytes);
  assert.ok(!('problem' in header), JSON.stringify(header));
  return header;
}

it('a new header says what it was made with', () => {
  const page = createChannelHeader([8192, 4096]);
  assert.ok(isChannelFile(page));
  const header = headerOf(page, 3 * 4096 + 12_288);
  assert.deepEqual(header.sizes, [8192, 4096]);
  assert.deepEqual(header.ends, [
    { state: 'unopened', process: 0 },
    { state: 'unopened', process: 0 },
  ]);
  assert.match(header.identity, /^[0-9a-f]{32}$/);
  assert.notEqual(headerOf(createChannelHeader([8192, 4096]), 3 * 4096 + 12_288).identity, header.identity);
});

it('a header that lies in the middle of other bytes is read like any other', () => {
  const bytes = new Uint8Array(3 + 4096);
  bytes.set(createChannelHeader([4096, 4096]), 3);
  assert.deepEqual(headerOf(bytes.subarray(3), 20_480).sizes, [4096, 4096]);
});

it('a header in a Buffer is read like any other', () => {
  const pooled = Buffer.from('something before');
  const page = Buffer.concat([pooled, createChannelHeader([4096, 4096])]).subarray(pooled.length);
  assert.deepEqual(headerOf(page, 20_480).sizes, [4096, 4096]);
});

it('the parts of a channel do not overlap', () => {
  const sizes = [8192, 4096] as const;
  assert.equal(ringOffset(0, sizes), 4096);
  assert.equal(ringOffset(1, sizes), 4096 + 4096 + 8192);
  assert.equal(channelBytes(sizes), ringOffset(1, sizes) + 4096 + 4096);
  const lines = [
    signalWord(0),
    signalWord(1),
    ...([0, 1] as const).flatMap((end) => [flowWord(end, 'produced'), flowWord(end, 'consumed')]),
  ];
  // Each on a cache line of its own.
  assert.equal(new Set(lines.map((word) => word >> 4)).size, lines.length);
  assert.ok(lines.every((word) => word % 16 === 0 && word + 16 <= HEADER_WORDS));
  assert.equal(lockOffset(1) - lockOffset(0), 4);
});

it('whatever the bytes are, something is said of them', (t) => {
  const seed = announceSeed(t);
  const random = new Xorshift(seed);
  for (let i = 0; i < 3000; i++) {
    const page = i % 3 === 0 ? random.bytes(4096) : createChannelHeader([4096, 4096]);
    for (let change = random.below(4); change > 0; change--) page[random.below(64)] = random.below(256);
    const header = readChannelHeader(page.subarray(0, i % 7 === 0 ? random.below(4097) : 4096), 20_480);
    if ('problem' in header) assert.match(header.problem, /^(NotAChannel|WrongVersion|WrongSize)$/);
    else assert.equal(channelBytes(header.sizes), 20_480);
  }
});
