import {
  type GuestMemory,
  type MultiPagedRangeBuf,
  OutgoingPacketType,
  type PacketRef,
  type Queue,
  writeExternalData,
} from 'vmbus-ring';
import { Xorshift } from '../../support/xorshift.ts';
import { ContentError, SILENCE_MS } from './traffic.ts';

/** A guest asks for no more at once than its pages hold. */
const MAXIMUM_REQUEST_BYTES = 65536;

/** What was served. */
export interface Served {
  readonly requests: number;
  readonly ranges: number;
  readonly bytes: number;
}

/** A request of the guest's, out of the ring. */
interface FillRequest {
  readonly transactionId: bigint;
  readonly ranges: MultiPagedRangeBuf;
  readonly seed: number;
  readonly bytes: number;
}

/**
 * Serves `count` GPA-direct requests: what they ask for is written to the guest's pages that they name, then they are completed. Those
 * that come together are answered last to first. See `guest/requests.h`.
 */
export async function serveRequests(queue: Queue, memory: GuestMemory, count: number): Promise<Served> {
  let served = { requests: 0, ranges: 0, bytes: 0 };
  while (served.requests < count) {
    const batch = await queue.readBatch({ timeoutMs: SILENCE_MS });
    const requests = [...batch].map(take);
    batch.commit();
    for (const { transactionId, ranges, seed, bytes } of requests.reverse()) {
      writeExternalData(ranges, memory, new Xorshift(seed).bytes(bytes));
      const payload = new Uint8Array(Uint32Array.of(0, bytes).buffer);
      const completion = { payload, transactionId, typ: OutgoingPacketType.Completion };
      await queue.write(completion, { timeoutMs: SILENCE_MS });
      served = {
        requests: served.requests + 1,
        ranges: served.ranges + ranges.rangeCount(),
        bytes: served.bytes + bytes,
      };
    }
  }
  return served;
}

function take(packet: PacketRef): FillRequest {
  const { typ, transactionId } = packet;
  if (typ.kind !== 'GpaDirect' || transactionId === null || packet.payloadLength !== 8) {
    throw new ContentError(`a packet of type ${typ.kind} is no request`);
  }
  const ranges = packet.readExternalRanges();
  const [seed = 0, bytes = 0] = new Uint32Array(packet.readAll().buffer);
  let rangeBytes = 0;
  for (const range of ranges) rangeBytes += range.length;
  if (bytes !== rangeBytes || bytes > MAXIMUM_REQUEST_BYTES) {
    throw new ContentError(`request ${transactionId} wants ${bytes} bytes in ranges of ${rangeBytes}`);
  }
  return { transactionId, ranges, seed, bytes };
}
