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
