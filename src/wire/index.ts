export * from './control-page.ts';
export * from './descriptor.ts';
export { PacketSize } from './packet-size.ts';
export { MAXIMUM_RING_SIZE, PAGE_SIZE } from './page.ts';
export * from './pipe-header.ts';
export * from './ring-error.ts';
export type { TransferPageRange } from './transfer-page-range.ts';
