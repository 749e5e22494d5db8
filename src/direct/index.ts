export { readInto } from './read-into.ts';
export { receiveInto } from './receive-into.ts';
export { sendFrom } from './send-from.ts';
export { writeFrom } from './write-from.ts';
