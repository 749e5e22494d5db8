import { formatControl } from './control-text.ts';
import { hexDump } from './hex-dump.ts';
import type { RingImage } from './ring-image.ts';
import type { Finding, PacketReport, RangeReport, ReportOptions } from './ring-report.ts';

/** What a piece of text is, for those who want to paint it. */
export type TextRole = 'heading' | 'detail' | 'warning' | 'error';

/** What the text is to hold besides what it always does, and how it looks. */
export interface TextOptions extends ReportOptions {
  /** Dresses a piece of text, in a terminal's colours for example. The text is left as it is without it. */
  readonly paint?: ((role: TextRole, text: string) => string) | undefined;
}

const PAGES_A_LINE = 6;
const HEADINGS: string = columns('offset', 'type', 'transaction id', 'payload', 'crc32');

/**
 * The report of an image for people, line by line: control words and what they mean, then each packet with its ranges, and
 * its payload if `hex` is set. Ring offsets are hexadecimal, lengths are in bytes and decimal.
 *
 * Made of printable ASCII only, whatever the image holds.
 *
 * @example
 * ```ts
 * import { formatRingText, RingImage } from 'vmbus-ring/inspect';
 *
 * for (const line of formatRingText(new RingImage(new Uint8Array(8192)))) console.log(line);
 * ```
 */
export function* formatRingText(image: RingImage, options: TextOptions = {}): Generator<string, void, undefined> {
  const paint = options.paint ?? ((_role, text) => text);
  const summary = image.summary(options);
  yield paint('heading', `ring of ${image.size} bytes`);
  for (const line of formatControl(image)) yield `  ${line}`;
  if (options.history === true) {
    yield '';
    yield paint('heading', `${count(summary.historyCount, 'consumed packet')} still there, oldest first`);
    yield* formatPackets(image.history(options), paint);
  }
  yield '';
  yield paint('heading', count(summary.packetCount, 'packet') + (summary.error === null ? '' : ' up to the damage'));
  yield* formatPackets(image.packets(options), paint);
  if (summary.warningCount > 0) {
    yield '';
    yield paint('warning', count(summary.warningCount, 'warning'));
    for (const warning of image.warnings(options)) yield `  ${formatFinding(warning)}`;
  }
  if (summary.error !== null) {
    yield '';
    yield paint('error', `error: ${formatFinding(summary.error)}`);
  }
}

function* formatPackets(
  packets: Iterable<PacketReport>,
  paint: NonNullable<TextOptions['paint']>,
): Generator<string, void, undefined> {
  let headings = true;
  for (const packet of packets) {
    if (headings) yield paint('detail', HEADINGS);
    headings = false;
    yield formatPacket(packet);
    for (const range of packet.ranges ?? []) yield* formatRange(range);
    for (const row of hexDump(packet.payloadHex ?? '')) yield paint('detail', `    ${row}`);
  }
}

function formatPacket(packet: PacketReport): string {
  const { offset, type, transactionId, payloadLength, transferPageSetId } = packet;
  const line = columns(toHexOffset(offset), type, transactionId ?? '-', String(payloadLength), packet.crc32);
  if (transferPageSetId !== undefined) return `${line}  set 0x${transferPageSetId.toString(16)}`;
  if (type === 'gpa-direct' && packet.ranges === undefined) return `${line}  ranges not valid`;
  return line;
}

function* formatRange({ byteCount, byteOffset, pageNumbers }: RangeReport): Generator<string, void, undefined> {
  const where = `    ${byteCount} bytes at 0x${byteOffset.toString(16)}`;
  if (pageNumbers === undefined) {
    yield where;
    return;
  }
  yield `${where} in ${count(pageNumbers.length, 'page')}`;
  for (let i = 0; i < pageNumbers.length; i += PAGES_A_LINE) {
    const pages = pageNumbers.slice(i, i + PAGES_A_LINE);
    yield `      ${pages.map((page) => `0x${BigInt(page).toString(16)}`).join(' ')}`;
  }
}

function formatFinding({ code, message }: Finding): string {
  return `${code}: ${message}`;
}

function columns(offset: string, type: string, id: string, payload: string, crc: string): string {
  return `  ${offset.padEnd(10)}  ${type.padEnd(14)}  ${id.padEnd(20)}  ${payload.padStart(7)}  ${crc}`;
}

function toHexOffset(offset: number): string {
  return `0x${offset.toString(16).padStart(8, '0')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
