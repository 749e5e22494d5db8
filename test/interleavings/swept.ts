import type { Planned } from './access-sweep.ts';
import { type ChannelRun, runChannel } from './channel-runs.ts';
import { type Options, runRing } from './ring-runs.ts';

/** A writer and a reader that use the rings themselves: small ones, in which every access there is matters once. */
const RINGS: readonly Options[] = [
  { packets: 1 },
  { packets: 1, start: 4080 },
  { packets: 1, roomBytes: 24, payloadBytes: 0 },
  // The first one fills the ring, and is given back by who has slept.
  { packets: 2, payloadBytes: 4000 },
  // The second one gives back what the third one waits for.
  { packets: 2, payloadBytes: 4000, roomBytes: 4048 },
  { packets: 3, sizes: [1000, 2024, 1000], roomBytes: 2040, preemptions: 2 },
  { packets: 2, roomBytes: 40 },
];

/** Two threads with a channel. */
const CHANNELS: readonly ChannelRun[] = [
  { traffic: 'stream', packets: 1, calls: 'blocking' },
  { traffic: 'stream', packets: 1, calls: 'promises' },
  { traffic: 'leave', packets: 1, calls: 'blocking', roomBytes: 24 },
  { traffic: 'leave', packets: 1, calls: 'promises', roomBytes: 24 },
  { traffic: 'close', packets: 1, calls: 'blocking', preemptions: 1 },
  { traffic: 'close', packets: 1, calls: 'promises', preemptions: 1 },
  { traffic: 'stream', packets: 1, calls: 'blocking', roomBytes: 24, preemptions: 2 },
  { traffic: 'stream', packets: 1, calls: 'promises', roomBytes: 24, preemptions: 2 },
];

/** Takes long, and adds something for the indices alone: room that is waited for more than once. */
const ROOM: ChannelRun = {
  traffic: 'stream',
  packets: 2,
  calls: 'blocking',
  kind: 'bulk',
  payloadBytes: 2040,
  preemptions: 3,
};

const always = (): boolean => true;

/** What every access is made wrong in. */
export const SWEPT: Readonly<Record<'ring' | 'channel', readonly Planned[]>> = {
  ring: RINGS.map((options) => {
    return {
      isFor: always,
      run: ([writer, reader]) => runRing({ ...options, plan: writer }, { ...options, plan: reader }),
    };
  }),
  channel: [
    ...CHANNELS.map((each): Planned => ({ isFor: always, run: (plans) => runChannel({ ...each, plans }) })),
    { isFor: ({ name }) => /^store (in|out),/.test(name), run: (plans) => runChannel({ ...ROOM, plans }) },
  ],
};
