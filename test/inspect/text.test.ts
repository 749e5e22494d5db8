import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FlatRingMem, Full, OutgoingPacketType, OutgoingRing } from '../../src/index.ts';
import { captureRing, formatRingText, RingImage, type TextOptions } from '../../src/inspect/index.ts';
import { PAGE_BYTES, writeWord } from './images.ts';
import { vectorImage } from '../support/vectors.ts';

function textOf(image: Uint8Array, options: TextOptions = {}): string[] {
  return [...formatRingText(new RingImage(image), options)];
}

function ringWithPayload(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const memory = new FlatRingMem(4096);
  const ring = new OutgoingRing(memory);
  const offset = ring.outgoing();
  const range = ring.write(offset, { transactionId: 0n, size: payload.length, typ: OutgoingPacketType.Completion });
  assert.ok(!(range instanceof Full));
  range.writer(ring).write(payload);
  ring.commitWrite(offset);
  return captureRing(memory);
}

/** The text of an image with these control words. */
function meanings(words: Readonly<Record<number, number>>): string {
  const image = new Uint8Array(2 * PAGE_BYTES);
  for (const [word, value] of Object.entries(words)) writeWord(image, Number(word) * 4, value);
  return textOf(image).join('\n');
}

describe('the text', () => {
  it('says what is in a ring', () => {
    assert.deepEqual(textOf(vectorImage('linux-4k-wrapped')), [
      'ring of 4096 bytes',
      '  in                 0x00000170  next byte to write',
      '  out                0x00000dc0  next byte to read',
      '  interrupt mask     0x00000001  masked: the reader wants no signal',
      '  pending send size  0x00000000  the writer does not wait for room',
      '  feature bits       0x00000001  the writer uses and honours the pending send size',
      '  used               944 bytes',
      '  free               3144 bytes',
      '',
      '2 packets',
      '  offset      type            transaction id        payload  crc32',
      '  0x00000dc0  gpa-direct      298                       680  338cad84',
      '    8030 bytes at 0x92a in 3 pages',
      '      0xc6553c7e7f 0xc1e85c5f3c 0x281510a4e',
      '  0x000000a8  transfer-pages  299                       112  6b909e6d  set 0xde96',
      '    43169 bytes at 0xe038ec97',
      '    14850 bytes at 0x3b27a7d0',
      '    51198 bytes at 0x1fd277d3',
      '    55207 bytes at 0x55b5698a',
      '    60616 bytes at 0x87693663',
      '    53393 bytes at 0xcdeb045a',
      '    20394 bytes at 0x5a7257c1',
    ]);
  });

  it('says what is wrong', () => {
    const lines = textOf(vectorImage('hostile/gpa-offset-0x1000')).slice(-5);
    assert.deepEqual(lines, [
      '1 packet up to the damage',
      '  offset      type            transaction id        payload  crc32',
      '  0x00000000  gpa-direct      5                           0  00000000  ranges not valid',
      '',
      'error: OffsetTooLarge: GPA ranges of the packet at ring offset 0: byte offset too large: 4096 is not below 4096',
    ]);
    assert.deepEqual(textOf(vectorImage('hostile/wrong-footer')).slice(-2), [
      '1 warning',
      '  FooterMismatch: footer of the packet at ring offset 0 holds 4294967295',
    ]);
  });

  it('shows consumed packets apart, if asked', () => {
    const lines = textOf(vectorImage('linux-4k-wrapped'), { history: true });
    assert.equal(lines[9], '3 consumed packets still there, oldest first');
    assert.match(lines[11]!, /^ {2}0x000004b0 {2}in-band {9}- /);
    assert.equal(lines[14], '');
    assert.equal(lines[15], '2 packets');
  });

  it('says what the control words mean', () => {
    assert.match(meanings({}), /mask +0x00000000 {2}not masked: the reader wants a signal when/);
    assert.match(meanings({ 2: 0x80000000 }), /mask +0x80000000 {2}masked: the reader wants no signal/);
    assert.match(
      meanings({ 3: 4095 }),
      /pending send size +0x00000fff {2}the writer wants a signal when 4088 bytes are free/,
    );
    assert.match(meanings({ 3: 7 }), /pending send size +0x00000007 {2}.*too little/);
    assert.match(meanings({ 16: 0 }), /feature bits +0x00000000 {2}no pending send size/);
    assert.match(meanings({ 16: 0xf0000003 }), /uses and honours the pending send size; unknown bits 0xf0000002/);
    const invalid = meanings({ 0: 4096, 1: 4 });
    assert.match(invalid, /in +0x00001000 {2}next byte to write: invalid, no multiple of 8 below 0x1000/);
    assert.match(invalid, /out +0x00000004 {2}next byte to read: invalid, no multiple of 8 below 0x1000/);
    assert.doesNotMatch(invalid, /used|free /);
  });

  it('dumps payloads, and of them only printable ASCII as it is', () => {
    const payload = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const rows = textOf(ringWithPayload(payload), { hex: true }).slice(-16);
    assert.equal(rows[1], '    00010  10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f  |................|');
    assert.equal(rows[2], '    00020  20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f  | !"#$%&\'()*+,-./|');
    assert.equal(rows[7], '    00070  70 71 72 73 74 75 76 77 78 79 7a 7b 7c 7d 7e 7f  |pqrstuvwxyz{|}~.|');
    for (const row of rows.slice(8)) assert.match(row, /\|\.{16}\|$/);
  });

  it('lets no escape sequence through', () => {
    const hostile = new TextEncoder().encode('\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n\b\u007f\u202e');
    for (const line of textOf(ringWithPayload(hostile), { hex: true, history: true })) assert.match(line, /^[ -~]*$/);
  });

  it('is painted by whoever wants to, without another change', () => {
    const image = vectorImage('hostile/wrong-footer');
    const roles = new Set<string>();
    const painted = textOf(image, {
      hex: true,
      paint(role, text) {
        roles.add(role);
        return `<${text}>`;
      },
    });
    assert.deepEqual([...roles].toSorted(), ['detail', 'heading', 'warning']);
    assert.deepEqual(
      painted.map((line) => line.replace(/^<(.*)>$/, '$1')),
      textOf(image, { hex: true }),
    );
  });
});
