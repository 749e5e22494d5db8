import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { PacketReport, RingReport } from '../../src/inspect/index.ts';
import { readWord } from '../inspect/images.ts';
import { vectorImage, vectorPath, VECTORS } from '../support/vectors.ts';
import { listingLineOf } from '../inspect/listing-line.ts';
import { runCommand } from './run-command.ts';

function inspectJson(name: string, ...options: readonly string[]): { exitCode: number | null; report: RingReport } {
  const { exitCode, stdout, stderr } = runCommand(['inspect', '--json', ...options, vectorPath(`${name}.ring`)]);
  assert.equal(stderr, '');
  return { exitCode, report: JSON.parse(stdout) as RingReport };
}

/** The packets in the notation of the listings, counted on from the index that the first line of the listing has. */
function linesOf(packets: readonly PacketReport[], firstLine: string): string[] {
  const firstIndex = Number.parseInt(firstLine, 10);
  return packets.map((packet, i) => listingLineOf(packet, firstIndex + i));
}

describe('inspect --json, of rings written by others', () => {
  for (const { name } of VECTORS) {
    it(`${name}: exactly what its listing says`, () => {
      const lines = readFileSync(vectorPath(`${name}.txt`), 'utf8')
        .trimEnd()
        .split('\n');
      const { exitCode, report } = inspectJson(name);
      assert.deepEqual(linesOf(report.packets, lines[0]!), lines);
      assert.equal(exitCode, 0);
      assert.deepEqual(Object.keys(report), ['size', 'control', 'packets', 'warnings', 'error']);
      assert.deepEqual([report.warnings, report.error], [[], null]);
      const image = vectorImage(name);
      assert.equal(report.size, image.length - 4096);
      const [inPointer, out, interruptMask, pendingSendSize] = [0, 4, 8, 12].map((at) => readWord(image, at));
      const featureBits = readWord(image, 64);
      assert.deepEqual(report.control, { in: inPointer, out, interruptMask, pendingSendSize, featureBits });
      assert.equal(report.packets[0]?.offset, out);
    });
  }

  it('adds history and payloads if asked', () => {
    const { report } = inspectJson('linux-4k-wrapped', '--history', '--hex');
    assert.deepEqual(Object.keys(report), ['size', 'control', 'history', 'packets', 'warnings', 'error']);
    assert.deepEqual(
      report.history!.map(({ offset, transactionId }) => [offset, transactionId]),
      [
        [0x4b0, null],
        [0x770, '296'],
        [0xb60, '297'],
      ],
    );
    for (const { payloadHex, payloadLength } of [...report.history!, ...report.packets]) {
      assert.match(payloadHex ?? '', new RegExp(`^[0-9a-f]{${payloadLength * 2}}$`));
    }
  });
});

interface Want {
  readonly name: string;
  readonly want: string;
}

/** `want.json` names no code for ranges: the image with an offset of 4096 in its one range. */
const RANGE_ERRORS: Readonly<Record<string, string>> = { 'gpa-offset-0x1000': 'OffsetTooLarge' };

/** Of the legal packets, those whose footer does not hold their offset: all ones in one, nothing at all in the other. */
const FOOTER_WARNINGS: Readonly<Record<string, readonly string[]>> = {
  'wrong-footer': ['FooterMismatch 0'],
  'wrap-in-header': ['FooterMismatch 8176'],
};

describe('inspect --json, of odd and broken rings', () => {
  const wants = JSON.parse(readFileSync(vectorPath('hostile/want.json'), 'utf8')) as readonly Want[];
  assert.ok(wants.length > 20);

  for (const { name, want } of wants) {
    it(`${name}: ${want}`, () => {
      const { exitCode, report } = inspectJson(`hostile/${name}`);
      assert.equal(report.size, 8192);
      const rangeError = RANGE_ERRORS[name];
      if (want === '1 packet') {
        assert.equal(exitCode, 0);
        assert.equal(report.error, null);
        assert.equal(report.packets.length, 1);
        const codes = report.warnings.map(({ code, offset }) => `${code} ${offset}`);
        assert.deepEqual(codes, FOOTER_WARNINGS[name] ?? []);
        return;
      }
      assert.equal(exitCode, 1);
      assert.equal(report.error?.code, rangeError ?? want);
      assert.equal(report.error.offset, want === 'InvalidRingPointer' ? null : report.control.out);
      assert.deepEqual(report.warnings, []);
      assert.equal(report.packets.length, rangeError === undefined ? 0 : 1);
      assert.ok(report.packets.every((packet) => !('ranges' in packet)));
    });
  }
});
