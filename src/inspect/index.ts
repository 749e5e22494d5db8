export { ChannelImage, inspectChannelImage, isChannelImage } from './channel-image.ts';
export type { ChannelFinding, ChannelFlow, ChannelReport, ChannelRingReport, FlowReport } from './channel-report.ts';
export { formatChannelJson, formatChannelText } from './channel-text.ts';
export { captureRing } from './capture.ts';
export { inspectRingImage, inspectRingMem } from './inspect.ts';
export { formatRingJson } from './json.ts';
export { RingImage, type RingSummary, type RingUsage } from './ring-image.ts';
export type {
  Finding,
  FindingCode,
  PacketReport,
  PacketTypeName,
  RangeReport,
  ReportOptions,
  RingReport,
} from './ring-report.ts';
export { formatRingText, type TextOptions, type TextRole } from './text.ts';
export { type RingWaits, ringWaits } from './ring-waits.ts';
export type { ChannelFileEnd } from '../transport/channel-file/header.ts';
export type { RingFlow } from '../transport/channel-file/flow.ts';
