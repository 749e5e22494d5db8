import { type ByteRing, openByteRing } from '../jobs/byte-ring.ts';
import { pause } from '../jobs/pause.ts';
import { Messages, type Work } from '../jobs/work.ts';

/** How often it looks between two looks at the clock, and how long it looks at most. */
const LOOKS_A_CHECK = 1 << 16;
const PATIENCE_MS = 10_000;

/** One end of two byte rings, as it is posted to the thread that uses it. */
export interface ByteRingEnd {
  readonly incoming: SharedArrayBuffer;
  readonly outgoing: SharedArrayBuffer;
}

/** A job through ringbuf.js, which has no way to wait: threads spin. A push is published at once, so a batch is as many of them. */
export function ringbufJob({ job, payloadBytes, count, verify }: Work, link: ByteRingEnd): void {
  const incoming = openByteRing(link.incoming);
  const outgoing = openByteRing(link.outgoing);
  const messages = new Messages(payloadBytes);
  const target = new Uint8Array(payloadBytes);
  for (let i = 0; i < count; i++) {
    if (job === 'send' || job === 'ping') pushWhole(outgoing, messages.set(i));
    if (job !== 'send') popWhole(incoming, target);
    if (job === 'pong') pushWhole(outgoing, target);
    else if (verify && job !== 'send') messages.check(target, i);
  }
}

function pushWhole(ring: ByteRing, bytes: Uint8Array): void {
  // All of it at once, as a rule: that is the fast way.
  let done = ring.push(bytes);
  for (let looks = 1, began = 0; done < bytes.length; looks++) {
    pause();
    done += ring.push(bytes, bytes.length - done, done);
    if (looks % LOOKS_A_CHECK === 0) began = checkTime(began);
  }
}

function popWhole(ring: ByteRing, bytes: Uint8Array): void {
  let done = ring.pop(bytes);
  for (let looks = 1, began = 0; done < bytes.length; looks++) {
    pause();
    done += ring.pop(bytes, bytes.length - done, done);
    if (looks % LOOKS_A_CHECK === 0) began = checkTime(began);
  }
}

/** Throws where nothing has come of it for too long: the other thread has given up. When it was first asked. */
function checkTime(began: number): number {
  const now = performance.now();
  if (began !== 0 && now - began > PATIENCE_MS) throw new Error(`nothing moved for ${PATIENCE_MS} ms`);
  return began === 0 ? now : began;
}
