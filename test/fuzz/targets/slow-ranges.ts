/** One range of a list, as the protocol has it. */
export interface SlowRange {
  readonly byteCount: number;
  readonly byteOffset: number;
  readonly pages: readonly bigint[];
}

export type SlowList = { readonly ranges: readonly SlowRange[]; readonly words: number } | { readonly code: string };

/** What a list of `count` GPA ranges says, with numbers of any size: nothing can overflow. Shares no line with `src/`. */
export function readRangesSlowly(count: number, words: readonly bigint[]): SlowList {
  const ranges: SlowRange[] = [];
  let at = 0;
  while (ranges.length < count) {
    const word = words[at];
    if (word === undefined) return { code: 'GpaRangeError EmptyRange' };
    const byteCount = word % 2n ** 32n;
    const byteOffset = word / 2n ** 32n;
    if (byteCount === 0n) return { code: 'GpaRangeError EmptyByteCount' };
    if (byteOffset > 4095n) return { code: 'GpaRangeError OffsetTooLarge' };
    if (byteOffset + byteCount > 2n ** 32n - 4096n) return { code: 'GpaRangeError Overflow' };
    const pageCount = Number((byteOffset + byteCount + 4095n) / 4096n);
    const pages = words.slice(at + 1, at + 1 + pageCount);
    if (pages.length < pageCount) return { code: 'GpaRangeError RangeTooSmall' };
    ranges.push({ byteCount: Number(byteCount), byteOffset: Number(byteOffset), pages });
    at += 1 + pageCount;
  }
  return { ranges, words: at };
}

/** The addresses of all bytes of these ranges, one by one; `null` where there are more than `most` of them. */
export function addressesOf(ranges: readonly SlowRange[], most: number): bigint[] | null {
  const addresses: bigint[] = [];
  for (const { byteCount, byteOffset, pages } of ranges) {
    if (addresses.length + byteCount > most) return null;
    for (let i = 0; i < byteCount; i++) {
      const at = byteOffset + i;
      addresses.push(pages[Math.floor(at / 4096)]! * 4096n + BigInt(at % 4096));
    }
  }
  return addresses;
}
