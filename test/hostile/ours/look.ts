import assert from 'node:assert/strict';
import {
  type IncomingPacket,
  type IncomingRing,
  type PacketRef,
  PagedRange,
  readGpaRanges,
  readTransferPageRanges,
  resolveTransferRanges,
} from '../../../src/index.ts';
import type { OurSide } from './side.ts';

const MOST_EXTERNAL_BYTES = 65536;

/** The pages that transfer-page packets may name: the guest's first two, the wrong way round. */
const BUFFER = PagedRange.of(0, 8192, [1n, 0n]);

/** What a packet of a bare ring refers to. */
export async function lookAtRanges(side: OurSide, ring: IncomingRing, packet: IncomingPacket): Promise<void> {
  const most = ring.mem().length / 8;
  const { typ } = packet;
  if (typ.kind === 'GpaDirect') {
    const list = await side.does('readGpaRanges', () => readGpaRanges(ring, packet));
    assert.ok((list?.rangeBuffer().length ?? 0) <= most);
  } else if (typ.kind === 'TransferPages') {
    const ranges = await side.does('readTransferPageRanges', () => readTransferPageRanges(ring, packet));
    assert.ok((ranges?.length ?? 0) <= most);
    await side.does('resolveTransferRanges', () => resolveTransferRanges(ranges ?? [], BUFFER));
  }
}

/** All that a packet of a queue can be asked for. */
export async function lookAtPacket(side: OurSide, packet: PacketRef, target: Uint8Array): Promise<void> {
  const most = target.length;
  const payload = await side.does('PacketRef.readAll', () => packet.readAll());
  if (payload !== undefined) side.accept(payload, most, 'a queue');
  const view = packet.view();
  if (view !== null) side.secrets.checkDelivered(view.slice(), 'a view');
  const length = await side.does('PacketRef.readInto', () => packet.readInto(target));
  assert.equal(length, packet.payloadLength);
  side.secrets.checkDelivered(target.slice(0, length), 'readInto');
  if (packet.typ.kind === 'TransferPages') {
    await side.does('readTransferRanges', () => packet.readTransferRanges(BUFFER));
    return;
  }
  const list = await side.does('readExternalRanges', () => packet.readExternalRanges());
  if (list === undefined || list.rangeCount() === 0) return;
  const data = await side.does('readExternalData', () => packet.readExternalData(side.guest, MOST_EXTERNAL_BYTES));
  if (data === undefined) return;
  assert.ok(data.length <= MOST_EXTERNAL_BYTES);
  side.secrets.checkDelivered(data, 'guest memory');
  await side.does('writeExternalData', () => packet.writeExternalData(side.guest, data));
}
