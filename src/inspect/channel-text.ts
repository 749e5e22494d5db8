import type { RingFlow } from '../transport/channel-file/flow.ts';
import type { ChannelFileEnd } from '../transport/channel-file/header.ts';
import { type ChannelImage, reportFlow } from './channel-image.ts';
import { formatRingJson } from './json.ts';
import type { ReportOptions } from './ring-report.ts';
import { formatRingText, type TextOptions } from './text.ts';

/**
 * The report of a channel's file for people, line by line: its two ends, then each ring as {@link formatRingText} has it.
 *
 * Made of printable ASCII only, whatever the file holds.
 *
 * @example
 * ```ts
 * import { ChannelImage, formatChannelText } from 'vmbus-ring/inspect';
 *
 * const image = ChannelImage.of(new Uint8Array(20480)); // as read from a file
 * if (image instanceof ChannelImage) for (const line of formatChannelText(image)) console.log(line);
 * ```
 */
export function* formatChannelText(image: ChannelImage, options: TextOptions = {}): Generator<string, void, undefined> {
  const paint = options.paint ?? ((_role, text) => text);
  yield paint('heading', `channel ${image.identity}`);
  for (const end of [0, 1] as const) yield `  end ${end}  ${formatEnd(image.ends[end])}`;
  for (const end of [0, 1] as const) {
    const { produced, consumed } = image.flow(end);
    yield '';
    yield paint('heading', `ring ${end}: from end ${end} to end ${1 - end}`);
    yield `  written ${formatFlow(produced)}`;
    yield `  read    ${formatFlow(consumed)}`;
    yield* formatRingText(image.rings[end], options);
  }
}

/** How an end is doing, in words. */
export function formatEnd({ state, process }: ChannelFileEnd): string {
  if (process === 0) return state;
  return state === 'open' ? `open, process ${process}` : `${state}, process ${process} had it`;
}

function formatFlow(flow: RingFlow | null): string {
  return flow === null
    ? 'by nobody who counts, or just now'
    : `${flow.packets} packets, ${flow.bytes} bytes since the file was made`;
}

/**
 * The same as one JSON document, in pieces: the same document as `JSON.stringify(image.report(options))`, with one packet a line.
 *
 * @example
 * ```ts
 * import { ChannelImage, formatChannelJson } from 'vmbus-ring/inspect';
 *
 * const image = ChannelImage.of(new Uint8Array(20480)); // as read from a file
 * if (image instanceof ChannelImage) JSON.parse([...formatChannelJson(image)].join(''));
 * ```
 */
export function* formatChannelJson(
  image: ChannelImage,
  options: ReportOptions = {},
): Generator<string, void, undefined> {
  yield `{"identity":${JSON.stringify(image.identity)},"ends":${JSON.stringify(image.ends)},\n"rings":[`;
  let separator = '';
  for (const end of [0, 1] as const) {
    const { produced, consumed } = reportFlow(image.flow(end));
    yield `${separator}\n{"produced":${JSON.stringify(produced)},"consumed":${JSON.stringify(consumed)},"ring":`;
    yield* formatRingJson(image.rings[end], options);
    yield '}';
    separator = ',';
  }
  yield '],\n"error":null}\n';
}
