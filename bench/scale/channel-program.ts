import { ChannelSet, type Queue } from '../../src/index.ts';
import { timeMoves } from '../jobs/mover.ts';
import { byAsking, byLooking, byWaiting, ChannelMover, type Delivery } from './deliveries.ts';
import { atDoorbells, inThread, type Habitat, Population } from './population.ts';

export const PAYLOAD_BYTES = 40;

/** Who waits for what, and how. */
export interface Setting {
  readonly name: string;
  create(channels: number): Habitat;
  readonly inSet: boolean;
  readonly deliver: Delivery;
  /** Packets of the first pass: a wake-up by a doorbell takes long. */
  readonly trial: number;
}

const alone = (): Habitat => inThread;

export const SETTINGS: readonly Setting[] = [
  { name: 'in-thread, read', create: alone, inSet: false, deliver: byLooking, trial: 16_000 },
  { name: 'in-thread, set', create: alone, inSet: true, deliver: byWaiting, trial: 16_000 },
  { name: 'doorbell, read', create: atDoorbells, inSet: false, deliver: byLooking, trial: 16_000 },
  { name: 'doorbell, set', create: atDoorbells, inSet: true, deliver: byWaiting, trial: 1000 },
  { name: 'doorbell, set sync', create: atDoorbells, inSet: true, deliver: byAsking, trial: 4000 },
];

/** The channels of one setting. */
export function populate({ create, inSet }: Setting, channels: number): Population {
  return new Population(create(channels), inSet ? new ChannelSet<Queue>() : null, channels);
}

/** Packets to be moved in one of the settings, which its position names. */
export interface ChannelWork {
  readonly setting: number;
  readonly count: number;
  readonly verify: boolean;
}

/** A program that has so many channels, of one setting after the other. */
export function start(channels: number): (work: ChannelWork) => Promise<number> {
  let current: { readonly setting: number; readonly population: Population; readonly mover: ChannelMover } | null =
    null;
  return ({ setting, count, verify }) => {
    if (current?.setting !== setting) {
      current?.population.close();
      const { [setting]: chosen } = SETTINGS;
      const population = populate(chosen!, channels);
      current = { setting, population, mover: new ChannelMover(population, chosen!.deliver, PAYLOAD_BYTES) };
    }
    return timeMoves(current.mover, count, verify);
  };
}
