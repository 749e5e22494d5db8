export { type BytePipeDuplexOptions, toDuplex } from './duplex.ts';
