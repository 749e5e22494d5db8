/** The payload of the packet with this number: the number, then words that depend on it, 8 to 1000 bytes in all. */
export function messageOf(number: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(2 + 2 * ((number * 7) % 125));
  for (let i = 0; i < words.length; i++) words[i] = number + i * 0x9e37_79b9;
  return new Uint8Array(words.buffer);
}

/** The number of the packet with this payload. Throws where it is none of {@link messageOf}. */
export function numberOf(payload: Uint8Array): number {
  const number = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
  const expected = messageOf(number);
  if (Buffer.compare(payload, expected) !== 0) throw new Error(`what is to be message ${number} is none`);
  return number;
}
