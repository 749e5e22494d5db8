import { FlatRingMem } from '../../src/index.ts';
import type { Mover } from '../jobs/mover.ts';
import { MOVERS as LAYERS, WAYS as LAYER_WAYS } from '../layers/movers.ts';
import { RING_BYTES } from '../one-thread/memories.ts';
import { MOVERS as PACKET_TYPES, WAYS as PACKET_TYPE_WAYS } from '../packet-types/movers.ts';
import { RangeMover } from './range-mover.ts';

const IN_BAND = 'in band';
const RANGES = 'ring, packets and ranges';
const RING = "ring, caller's buffers";

/** What packets go through, and what they are: the ring in two ways, its other packet types, the layers above it. */
export const PATHS: readonly string[] = [
  RING,
  RANGES,
  ...PACKET_TYPE_WAYS.filter((way) => way !== IN_BAND),
  ...LAYER_WAYS.filter((way) => way !== 'ring'),
];

/** The mover of a path. */
export function createPath(path: string, payloadBytes: number, batch: number): Mover {
  if (path === RANGES) return new RangeMover(new FlatRingMem(RING_BYTES), payloadBytes, batch);
  if (path === RING) return PACKET_TYPES.create(IN_BAND, payloadBytes, batch);
  const packetType = PACKET_TYPE_WAYS.find((way) => way === path);
  if (packetType !== undefined) return PACKET_TYPES.create(packetType, payloadBytes, batch);
  const layer = LAYER_WAYS.find((way) => way === path);
  if (layer !== undefined) return LAYERS.create(layer, payloadBytes, batch);
  throw new Error(`there is no path ${path}`);
}
