import { Full, OutgoingPacketType, PagedRange, RingRange } from '../../../src/index.ts';
import type { Xorshift } from '../../support/xorshift.ts';
import type { Traffic } from '../episode.ts';
import type { Peer } from './reach.ts';

const MOST_PAYLOAD = 600;
const MOST_RANGES = 4;

/** Pages of the guest that our side has memory for; some that are named lie behind them. */
const GUEST_PAGES = 16;

const IDS = 24;

function gpaDirect(random: Xorshift): OutgoingPacketType {
  const ranges = Array.from({ length: 1 + random.below(MOST_RANGES) }, () => {
    const offset = random.below(4096);
    const length = 1 + random.below(9000);
    const pages = Math.ceil((offset + length) / 4096);
    const far = random.below(10) === 0;
    return PagedRange.of(
      offset,
      length,
      Array.from({ length: pages }, () =>
        far ? random.u64() >> BigInt(random.below(60)) : BigInt(random.below(GUEST_PAGES)),
      ),
    );
  });
  return OutgoingPacketType.GpaDirect(ranges);
}

function transferPages(random: Xorshift): OutgoingPacketType {
  const ranges = Array.from({ length: random.below(MOST_RANGES) }, () => ({
    byteCount: random.below(3000),
    byteOffset: random.below(6000),
  }));
  return OutgoingPacketType.TransferPages(random.below(3), ranges);
}

function typeFor(traffic: Traffic, random: Xorshift): OutgoingPacketType {
  if (traffic === 'pipe') return OutgoingPacketType.InBandNoCompletion;
  if (traffic === 'requests') {
    return random.below(2) === 0 ? OutgoingPacketType.Completion : OutgoingPacketType.InBandWithCompletion;
  }
  switch (random.below(6)) {
    case 0:
      return OutgoingPacketType.InBandWithCompletion;
    case 1:
      return OutgoingPacketType.Completion;
    case 2:
      return gpaDirect(random);
    case 3:
      return transferPages(random);
    default:
      return OutgoingPacketType.InBandNoCompletion;
  }
}

/** A packet as it should be: behind a pipe header where there has to be one. */
export function sendPacket(peer: Peer): void {
  const { random, traffic } = peer;
  const length = random.below(8) === 0 ? random.below(MOST_PAYLOAD) : random.below(64);
  const payload = random.bytes(traffic === 'packets' ? length : length + 8);
  if (traffic !== 'packets') payload.set(new Uint8Array(Uint32Array.of(1, length).buffer));
  const typ = typeFor(traffic, random);
  const transactionId = random.below(IDS);
  peer.send((ring, offset) => {
    const range = ring.write(offset, { transactionId, size: payload.length, typ });
    if (range instanceof Full) return peer.signal.notify();
    if (range instanceof RingRange) range.writer(ring).write(payload);
  });
}
