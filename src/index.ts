export * from './channel/index.ts';
export * from './external/index.ts';
export * from './gpa/index.ts';
export * from './memory/index.ts';
export * from './pipe/index.ts';
export * from './ring/index.ts';
export * from './transport/index.ts';
export * from './wire/index.ts';
