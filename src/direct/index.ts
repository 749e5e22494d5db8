export { readInto } from './read-into.ts';
export { writeFrom } from './write-from.ts';
