import type { ChannelInspection } from '../../index.ts';
import { formatRingText, type RingImage, type RingReport } from '../../inspect/index.ts';
import type { Paint } from '../paint.ts';
import { printable } from '../printable.ts';
import type { CommandError } from '../command-error.ts';
import type { DemoRun } from './run.ts';

/** What `vmbus-ring demo --json` prints; of a run that did not come to its end, only the first two. */
export interface DemoReport {
  readonly ok: boolean;
  /** Why not, or `null`. */
  readonly error: string | null;
  readonly run?: {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: { readonly guest: string; readonly file: string };
    readonly elapsedMs: number;
    readonly bytesPerSecond: number;
    readonly packetsPerSecond: number;
    readonly completionsOutOfOrder: number;
    /** The two ends of the channel when both were done. */
    readonly guest: ChannelInspection;
    readonly host: ChannelInspection;
    readonly rings: { readonly guestToHost: RingReport; readonly hostToGuest: RingReport };
  };
}

/** A run that ended with `error`, or well with `null`; `run` is `null` where it did not come to its end. */
export function reportJson(run: DemoRun | null, error: CommandError | null): DemoReport {
  const outcome = { ok: error === null, error: error === null ? null : error.message };
  if (run === null) return outcome;
  return {
    ...outcome,
    run: {
      path: run.disk.path,
      bytes: run.disk.bytes,
      sha256: { guest: run.guest.sha256, file: run.fileSha256 },
      elapsedMs: run.guest.elapsedMs,
      bytesPerSecond: perSecond(run.disk.bytes, run.guest.elapsedMs),
      packetsPerSecond: perSecond(packetsOf(run), run.guest.elapsedMs),
      completionsOutOfOrder: run.guest.completionsOutOfOrder,
      guest: run.guest.channel,
      host: run.host.channel,
      rings: { guestToHost: run.guestToHost.report(), hostToGuest: run.hostToGuest.report() },
    },
  };
}

/** The same for people, line by line. */
export function* reportText(run: DemoRun, paint: Paint): Generator<string, void, undefined> {
  const { bytes, path } = run.disk;
  const { elapsedMs, sha256, completionsOutOfOrder } = run.guest;
  const same = sha256 === run.fileSha256;
  const packetRate = `${group(perSecond(packetsOf(run), elapsedMs))} packets/s`;
  const rate = bytes === 0 ? '' : `: ${formatRate(bytes, elapsedMs)}, ${packetRate}`;
  yield `${paint('heading', 'read')}     ${printable(path)}, ${group(bytes)} bytes, as a disk`;
  yield `${paint('heading', 'took')}     ${formatElapsed(elapsedMs)}${rate}`;
  yield `${paint('heading', 'SHA-256')}  ${sha256}`;
  yield same ? '         the same as that of the file' : paint('error', `         but the file has ${run.fileSha256}`);
  yield '';
  yield* reportCounts(run, paint);
  if (completionsOutOfOrder > 0) {
    yield '';
    yield `${group(completionsOutOfOrder)} completions came after that of a later request`;
  }
  yield* reportRing('guest to host', run.guestToHost, paint);
  yield* reportRing('host to guest', run.hostToGuest, paint);
}

function* reportCounts(run: DemoRun, paint: Paint): Generator<string, void, undefined> {
  const guest = run.guest.channel;
  const host = run.host.channel;
  const numbers = (name: string, pick: (end: ChannelInspection) => number): string =>
    row(name, group(pick(guest)), group(pick(host)));
  yield paint('heading', row('', 'guest', 'host'));
  yield numbers('packets sent', (end) => end.outgoing.packets);
  yield numbers('packets received', (end) => end.incoming.packets);
  yield numbers('ring bytes received', (end) => end.incoming.bytes);
  yield numbers('signals sent', (end) => end.signals.sent);
  yield numbers('signals saved', (end) => end.signals.saved);
  yield numbers('signals received', (end) => end.signals.received);
  yield numbers('spurious signals', (end) => end.signals.spurious);
  yield numbers('waits for a packet', (end) => end.incoming.waits);
  yield numbers('waits for room', (end) => end.stalls);
  const lost = numbers('lost wake-ups', (end) => end.signals.lost);
  yield guest.signals.lost + host.signals.lost === 0 ? lost : paint('error', lost);
}

function* reportRing(name: string, image: RingImage, paint: Paint): Generator<string, void, undefined> {
  yield '';
  yield paint('heading', `${name}:`);
  for (const line of formatRingText(image, { paint })) yield line === '' ? '' : `  ${line}`;
}

function row(name: string, guestText: string, hostText: string): string {
  return `${name.padEnd(24)}${guestText.padStart(14)}${hostText.padStart(14)}`;
}

/** Packets in both directions. */
function packetsOf(run: DemoRun): number {
  return run.guest.channel.outgoing.packets + run.host.channel.outgoing.packets;
}

/** 0 where there was no time to measure. */
function perSecond(amount: number, elapsedMs: number): number {
  return elapsedMs > 0 ? Math.round((amount / elapsedMs) * 1000) : 0;
}

function formatRate(bytes: number, elapsedMs: number): string {
  const rate = perSecond(bytes, elapsedMs);
  if (rate >= 1e9) return `${(rate / 1e9).toFixed(2)} GB/s`;
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(1)} MB/s`;
  return rate >= 1000 ? `${(rate / 1000).toFixed(1)} KB/s` : `${rate} B/s`;
}

function formatElapsed(elapsedMs: number): string {
  return elapsedMs >= 1000 ? `${(elapsedMs / 1000).toFixed(2)} s` : `${elapsedMs.toFixed(1)} ms`;
}

function group(value: number): string {
  return value.toLocaleString('en-US');
}
