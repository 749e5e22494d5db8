import type { RingImage } from './ring-image.ts';
import type { ReportOptions } from './ring-report.ts';

/**
 * The report of an image as one JSON document, in pieces: written out as they come, it takes no more memory than its largest
 * packet, however many there are. The same document as `JSON.stringify(image.report(options))`, with one packet a line.
 *
 * @example
 * ```ts
 * import { formatRingJson, RingImage } from 'vmbus-ring/inspect';
 *
 * const image = new RingImage(new Uint8Array(8192));
 * const text = [...formatRingJson(image, { history: true })].join('');
 * JSON.parse(text).packets; // []
 * ```
 */
export function* formatRingJson(image: RingImage, options: ReportOptions = {}): Generator<string, void, undefined> {
  yield `{"size":${image.size},"control":${JSON.stringify(image.control)}`;
  if (options.history === true) yield* formatList('history', image.history(options));
  yield* formatList('packets', image.packets(options));
  yield* formatList('warnings', image.warnings(options));
  yield `,\n"error":${JSON.stringify(image.summary().error)}}\n`;
}

function* formatList(name: string, items: Iterable<object>): Generator<string, void, undefined> {
  yield `,\n"${name}":[`;
  let separator = '\n';
  for (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',\n';
  }
  yield ']';
}
