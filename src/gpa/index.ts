export { GpaRange } from './gpa-range.ts';
export { GPA_RANGE_ERRORS, GpaRangeError, type GpaRangeErrorCode } from './gpa-range-error.ts';
export { GuestMemory, type GuestMemoryRegion } from './guest-memory.ts';
export { GUEST_MEMORY_ERRORS, GuestMemoryError, type GuestMemoryErrorCode } from './guest-memory-error.ts';
export { MultiPagedRangeBuf, validateGpaRanges } from './multi-paged-range-buf.ts';
export { type AddressRange, PagedRange } from './paged-range.ts';
export { PagedRangeReader } from './paged-range-reader.ts';
export { PagedRangeWriter } from './paged-range-writer.ts';
