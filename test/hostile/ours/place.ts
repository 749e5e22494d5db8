import { createSignalPair, type SignalHandle } from '../../../src/index.ts';
import { type BufferKind, type Layout, MEMORY_NAMES, placeRing, type RingPlace } from '../../support/ring-places.ts';
import type { Xorshift } from '../../support/xorshift.ts';
import type { OurRings } from './side.ts';
import type { Secrets } from './secrets.ts';

const LAYOUTS: readonly Layout[] = ['row', 'row', 'scattered', 'several'];
const KINDS: readonly BufferKind[] = ['wasm', 'shared'];
const MOST_PAGES = 4;
const PAGE_BYTES = 4096;

/** What is left between a target at the end of a buffer and that end. */
const TAIL_BYTES = 1024;

function pick<T>(list: readonly T[], random: Xorshift): T {
  return list[random.below(list.length)]!;
}

/** A place for what is received. WebAssembly memories are larger than the rings in them: there is room behind. */
function targetFor({ control, data }: RingPlace, kind: BufferKind): Uint8Array {
  const length = data.length * PAGE_BYTES;
  if (kind !== 'wasm') return new Uint8Array(length);
  return new Uint8Array(control.buffer, control.buffer.byteLength - TAIL_BYTES - length, length);
}

/** Memory for both rings of an episode, with secrets all around, and both ends of their signals. */
export function placeRings(
  random: Xorshift,
  secrets: Secrets,
): { readonly ours: OurRings; readonly theirs: SignalHandle } {
  const layout = pick(LAYOUTS, random);
  // Pages in several buffers are not looked up at once: WebAssembly does nothing for them.
  const kind = layout === 'several' ? 'shared' : pick(KINDS, random);
  const incoming = placeRing(layout, 1 + random.below(MOST_PAGES), kind, random);
  const outgoing = placeRing(layout, 1 + random.below(MOST_PAGES), kind, random);
  const target = targetFor(incoming, kind);
  secrets.keepAround(incoming, kind === 'wasm' ? [target] : []);
  secrets.keepAround(outgoing);
  const [signal, theirs] = createSignalPair();
  const names = MEMORY_NAMES[layout];
  const ours = {
    incoming,
    incomingMemory: pick(names, random),
    outgoing,
    outgoingMemory: pick(names, random),
    signal,
    target,
  };
  return { ours, theirs };
}
