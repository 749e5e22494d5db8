import type { Xorshift } from '../support/xorshift.ts';

/** Something that a soak does over and over, all of its jobs at the same time. */
export interface Job {
  readonly name: string;
  /** Does it once, from opening to closing, and checks each packet that comes: how many those were. */
  round(random: Xorshift): Promise<number>;
  /** What is to be ended when it will not be done again. */
  end?(): Promise<void> | void;
}
