export { readGpaRanges, readTransferPageRanges } from './external-ranges.ts';
