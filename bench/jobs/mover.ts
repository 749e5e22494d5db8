import { now } from './work.ts';

/** Messages of one pass of a warm-up: a multiple of all batches. */
const WARM_UP_COUNT = 1600;

/** Moves messages from one end to the other of something that lies in this thread with both its ends. */
export interface Mover {
  /** Packets that a message takes: 2 where it is answered. What is measured is the time for one of them. */
  readonly packetsEach: number;

  /**
   * Moves `count` messages, a multiple of the batch, numbered from 0. With `verify`, throws where one arrives that was not sent: by
   * the code that is timed.
   */
  move(count: number, verify: boolean): void | Promise<void>;

  /** Ends what waits. */
  close?(): void;
}

/** Milliseconds that `mover` takes for so many packets. */
export async function timeMoves(mover: Mover, count: number, verify: boolean): Promise<number> {
  const beganMs = now();
  await mover.move(count, verify);
  return (now() - beganMs) / mover.packetsEach;
}

/** Has `mover` move messages for so many milliseconds, the first ones verified: then the compiler knows them. */
export async function warmUp(mover: Mover, ms: number): Promise<void> {
  const endMs = now() + ms;
  for (let passes = 0; passes === 0 || now() < endMs; passes++) await mover.move(WARM_UP_COUNT, passes === 0);
}
