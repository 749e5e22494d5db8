export * from './threads/index.ts';
export { type GpadlChannelOptions, openGpadlChannel } from './gpadl.ts';
