export * from './control-page.ts';
export * from './descriptor.ts';
export * from './packet-size.ts';
export * from './page.ts';
export * from './pipe-header.ts';
export * from './ring-error.ts';
export * from './transfer-page-range.ts';
