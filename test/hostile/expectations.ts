import type { HostileRun } from './run.ts';
import { STRATEGIES } from './peer/strategies.ts';

/** A run that is as long is certain to see all that is listed here. */
const LONG_SECONDS = 55;

/** What heap and buffers may grow to: some hundred times what one channel needs. */
const MOST_BYTES = 256 << 20;

/** Errors that come in every run of a minute. A run without one of them has not tried what it says that it tries. */
const CERTAIN_ERRORS = [
  'VmbusRingError InvalidRingPointer',
  'VmbusRingError InvalidDataAvailable',
  'VmbusRingError InvalidDescriptorLengths',
  'VmbusRingError InvalidDescriptorFlags',
  'VmbusRingError InvalidDescriptorType',
  'VmbusRingError InvalidDescriptorGpaDirectRangeCount',
  'GpaRangeError EmptyRange',
  'GpaRangeError EmptyByteCount',
  'GpaRangeError OffsetTooLarge',
  'GpaRangeError RangeTooSmall',
  'GuestMemoryError OutOfRange',
  'AccessError OutOfRange',
  'ChannelError UnexpectedPacket',
  'ChannelError TimedOut',
  'ChannelError Closed',
  'aborted by us',
];

/** What is wrong with a run besides its failure: what never happened, and what became too large. */
export function shortcomings({ report, honest, steps }: HostileRun, seconds: number): string[] {
  if (report === null) return ['there is no report'];
  const wrong: string[] = [];
  const { mostBytes, errors, accepted } = report;
  if (mostBytes > MOST_BYTES) wrong.push(`heap and buffers grew to ${mostBytes >> 20} MiB`);
  if (honest === 0) wrong.push('the honest channel delivered nothing');
  if (steps === 0) wrong.push('the peer did nothing');
  if (seconds < LONG_SECONDS) return wrong;
  for (const strategy of Object.keys(STRATEGIES)) {
    if (accepted[strategy] === undefined) wrong.push(`no packet was ever accepted under '${strategy}'`);
  }
  for (const code of CERTAIN_ERRORS) {
    // Thrown by a reader, or found by who only looks: which of the two meets the rare ones is chance.
    if (errors[code] === undefined && errors[`found ${code.split(' ')[1]}`] === undefined)
      wrong.push(`no ${code} ever came`);
  }
  return wrong;
}
