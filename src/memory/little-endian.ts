/**
 * Throws where the host is big-endian: the wire is little-endian, and typed arrays have the host's order. (Node runs on
 * one such machine, s390x; no VMBus does.) `lowByte` is the first byte of the 16-bit number 1.
 */
export function checkLittleEndian(lowByte: number = new Uint8Array(Uint16Array.of(1).buffer)[0]!): void {
  if (lowByte !== 1) throw new Error('vmbus-ring needs a little-endian host');
}
