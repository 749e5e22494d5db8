/** A larger ArrayBuffer over native memory ends Bun's process. */
export const BUN_MAXIMUM_VIEW_BYTES: number = 2 ** 32;
