import { isUnsigned } from '../wire/unsigned.ts';

/** What a `RequestChannel` saves beside the rings' offsets. */
export interface SavedRequests {
  /** The id of the next transaction: ids stay unique. */
  readonly nextId: number;
}

/** The id that a channel goes on with: `restored` is what it had saved, or `null`. Throws a `RangeError` where it is none. */
export function restoredId(restored: unknown): number {
  if (restored === null) return 1;
  const { nextId } = restored as Partial<SavedRequests>;
  if (nextId === undefined || !isUnsigned(nextId) || nextId === 0) {
    throw new RangeError(`a saved transaction id must be 1 to 2^53 - 1, got ${String(nextId)}`);
  }
  return nextId;
}
