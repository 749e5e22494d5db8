import { PAGE_BYTES, readWord } from '../../inspect/images.ts';
import { judgeHeader } from '../../ring/naive-packet.ts';

/** A packet as a slow reader finds it. */
export interface SlowPacket {
  readonly offset: number;
  readonly end: number;
  readonly type: number;
  readonly flags: number;
  readonly id: bigint;
  readonly extended: Uint8Array<ArrayBuffer>;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** What an image holds from `out` to `in`: the packets, and the code of the error that ends them, if one does. */
export interface SlowReading {
  readonly packets: readonly SlowPacket[];
  readonly code: string | null;
}

/** Reads a ring byte by byte, straight from the tables of the protocol. Shares no line with `src/`. */
export function readSlowly(image: Uint8Array<ArrayBuffer>): SlowReading {
  const size = image.length - PAGE_BYTES;
  const end = readWord(image, 0);
  let out = readWord(image, 4);
  const packets: SlowPacket[] = [];
  for (const pointer of [end, out]) {
    if (pointer >= size || pointer % 8 !== 0) return { packets, code: 'VmbusRingError InvalidRingPointer' };
  }
  const take = (at: number, length: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length }, (_, i) => image[PAGE_BYTES + ((at + i) % size)]!);
  while (out !== end) {
    const available = (end - out + size) % size;
    const view = new DataView(take(out, 24).buffer);
    const header = {
      type: view.getUint16(0, true),
      dataOffset8: view.getUint16(2, true),
      length8: view.getUint16(4, true),
      flags: view.getUint16(6, true),
      id: view.getBigUint64(8, true),
      extended0: view.getUint32(16, true),
      extended1: view.getUint32(20, true),
    };
    const code = judgeHeader(header, available);
    if (code !== null) return { packets, code: `VmbusRingError ${code}` };
    const { type, flags, id, dataOffset8, length8 } = header;
    packets.push({
      offset: out,
      end: (out + length8 * 8 + 8) % size,
      type,
      flags,
      id,
      extended: take(out + 16, dataOffset8 * 8 - 16),
      payload: take(out + dataOffset8 * 8, (length8 - dataOffset8) * 8),
    });
    out = packets.at(-1)!.end;
  }
  return { packets, code: null };
}
