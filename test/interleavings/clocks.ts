/** The two sides of a channel: end 0 writes the first ring, and reads the second. */
export type Side = 0 | 1;
export const SIDES: readonly Side[] = [0, 1];

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}

/** Happens before: how much of what each side did is known. */
export type Clock = [number, number];

/** Takes up what is known by `other`. */
export function join(clock: Clock, other: Clock): void {
  for (const side of SIDES) clock[side] = Math.max(clock[side], other[side]);
}
