import { inspectRing } from '../ring/inspect-ring.ts';
import { isRingPointer } from '../ring/pointers.ts';
import { VmbusRingError } from '../wire/ring-error.ts';
import { isUnsigned } from '../wire/unsigned.ts';
import type { Channel, ChannelParts } from './channel.ts';

const VERSION = 1;

/** Where one end of a ring is: bytes. */
export interface SavedRing {
  /** Bytes of data that the ring has. */
  readonly ringBytes: number;
  /** How far this end has read (`out`) or written (`in`), as the peer knows it: a multiple of 8 below `ringBytes`. */
  readonly offset: number;
}

/** The private state of one end of a paused channel: numbers and words only, ready for JSON. */
export interface SavedChannel {
  /** The version of this format. */
  readonly version: 1;
  /** The ring that the end reads. */
  readonly incoming: SavedRing;
  /** The ring that the end writes. */
  readonly outgoing: SavedRing;
  /** The class that used the end: only that may use it when it is restored. `null` where none did. */
  readonly user: string | null;
  /**
   * What that class has to add: a `RequestChannel` its next id, a `BytePipe` how far it has read into a packet and which streams were
   * ended, a `MessagePipe` whether it is raw. `null` for a `Queue`, which has nothing.
   */
  readonly state: unknown;
}

/**
 * How the one that uses a channel's end takes part in saving it: set `channel.saving` to this after `claim`, and read
 * `channel.restored` then: `null` for a new end, else what `saveState` had returned, or an empty object where that is gone. It
 * may have been tampered with: validate it.
 */
export interface SavingUser {
  /**
   * What to save beside the rings' offsets, as JSON has it. Nothing waits by then, and nothing is left to be published or given
   * back. Throws a `TypeError` while it cannot be saved.
   */
  saveState(): unknown;
}

/** What `Channel.save` returns; throws as it does. */
export function saveChannel(channel: Channel, user: string | null): SavedChannel {
  channel.check();
  const { waiters, reader, writer, readOffset, writeOffset, incoming, outgoing } = channel;
  if (!waiters.isIdle) throw new TypeError('an operation waits: end it before the channel is saved');
  if (reader?.isBusy === true || readOffset.nextOut !== readOffset.committedOut) {
    throw new TypeError('packets that were read are not released');
  }
  if (writer?.hasBatch === true || writeOffset.nextIn !== writeOffset.committedIn) {
    throw new TypeError('packets that were written are not published');
  }
  return {
    version: VERSION,
    incoming: { ringBytes: incoming.inner.size, offset: readOffset.committedOut },
    outgoing: { ringBytes: outgoing.inner.size, offset: writeOffset.committedIn },
    user,
    state: channel.saving?.saveState() ?? null,
  };
}

/** Throws unless `saved` is of a channel with these rings, and they are where it says. Nothing is written. */
export function checkSaved(parts: ChannelParts, saved: SavedChannel): void {
  if (typeof saved !== 'object' || saved === null) throw new TypeError('a saved channel is an object');
  const { user } = saved;
  const version: number = saved.version;
  if (version !== VERSION) throw new RangeError(`a saved channel is of version ${VERSION}, not ${version}`);
  if (user !== null && typeof user !== 'string') throw new TypeError('a saved channel names its user');
  checkRing('incoming', parts.incoming.length, saved.incoming);
  checkRing('outgoing', parts.outgoing.length, saved.outgoing);
  checkAgreement('out', inspectRing(parts.incoming.control()).out, saved.incoming.offset);
  checkAgreement('in', inspectRing(parts.outgoing.control()).in, saved.outgoing.offset);
}

function checkRing(name: string, ringBytes: number, saved: SavedRing): void {
  if (typeof saved !== 'object' || saved === null) throw new TypeError(`a saved channel has an ${name} ring`);
  if (saved.ringBytes !== ringBytes) {
    throw new RangeError(`the ${name} ring has ${ringBytes} bytes, ${saved.ringBytes} were saved`);
  }
  if (!isUnsigned(saved.offset) || !isRingPointer(ringBytes, saved.offset)) {
    throw new RangeError(`${saved.offset} is no offset in a ring of ${ringBytes} bytes`);
  }
}

function checkAgreement(name: string, found: number, saved: number): void {
  if (found === saved) return;
  throw new VmbusRingError('InvalidRingPointer', null, `${name} is ${found}, and ${saved} was saved`);
}
