import type { EndHandle } from './channel-handle.ts';
import { doorbellWords } from './doorbell.ts';
import type { LinkMemory } from './link-memory.ts';

/** Where the peer waits: the words of its doorbell, and its slot there. */
export interface PeerDoorbell {
  readonly words: Int32Array;
  readonly slot: number;
}

/** Where the other end than the handle's waits. */
export function peerDoorbell(handle: EndHandle, link: LinkMemory): PeerDoorbell {
  const peer = handle.end === 0 ? 1 : 0;
  const shared = handle.doorbells[peer];
  if (shared === null) return { words: link.doorbell(peer), slot: 0 };
  return { words: doorbellWords(shared.doorbell), slot: shared.slot };
}
