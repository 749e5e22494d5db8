/**
 * The page size of the VMBus, in bytes: rings are a 4096-byte control page and a whole number of 4096-byte data pages,
 * and guest page numbers count pages of this size on every architecture.
 *
 * Source: OpenVMM `vmbus_ring::PAGE_SIZE`.
 */
export const PAGE_SIZE = 4096;

/** `PAGE_SIZE` as a shift: `offset >> PAGE_SHIFT` is the page that holds `offset`. */
export const PAGE_SHIFT = 12;

/**
 * The largest data area that this library takes, in bytes: 1 GiB. Offsets within a packet may run to twice the size
 * of the ring, and stay below 2^31 this way: small integers for every engine.
 */
export const MAXIMUM_RING_SIZE: number = 1 << 30;
