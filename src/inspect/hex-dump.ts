const ROW_BYTES = 16;

/**
 * Rows of 16 bytes, in hexadecimal and as characters. Only 0x20 to 0x7e appear as themselves, so nothing in the bytes can
 * speak to a terminal. `hex` has two digits a byte.
 */
export function* hexDump(hex: string): Generator<string, void, undefined> {
  for (let at = 0; at < hex.length; at += ROW_BYTES * 2) {
    const pairs = hex.slice(at, at + ROW_BYTES * 2).match(/../g) ?? [];
    const address = (at / 2).toString(16).padStart(5, '0');
    yield `${address}  ${pairs.join(' ').padEnd(ROW_BYTES * 3 - 1)}  |${pairs.map(toCharacter).join('')}|`;
  }
}

function toCharacter(pair: string): string {
  const byte = Number.parseInt(pair, 16);
  return byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.';
}
