import { writeSync } from 'node:fs';
import { RequestRecord } from '../../src/cli/demo/disk-protocol.ts';
import { Guest, type GuestConfig } from '../../src/cli/demo/guest.ts';
import { Host, type HostConfig, type HostResult } from '../../src/cli/demo/host.ts';
import { runWorker, SILENCE_MS } from '../../src/cli/demo/worker-link.ts';
import { GuestMemory, type OutgoingOffset, type OutgoingPacket, OutgoingRing, PagedRange } from '../../src/index.ts';
import { DoorbellSignal } from '../../src/transport/threads/doorbell-signal.ts';

/**
 * Guests and hosts that are broken or hostile in one way each: the demo's own, with one method replaced. Which one is said
 * behind the question mark of the module's address; `silence=` says how long the other side may be silent.
 */
const query = new URL(import.meta.url).searchParams;

const SILENCE = Number(query.get('silence') ?? SILENCE_MS);

/** Calls before the fault shows: it is to come in the middle. */
const FAULTY_CALL = 3;

/** How long a slow host takes for a read: the guest is asleep by then. */
const SLOW_MS = 50;

/** Replaces a method by what `make` makes of it. */
function replace<T extends object, Name extends keyof T>(
  prototype: T,
  name: Name,
  make: (original: T[Name]) => T[Name],
): void {
  prototype[name] = make(prototype[name]);
}

/** Reads of the file end in a write to the guest's memory: where a host's faults sit. */
function beforeEachWrite(fault: (data: Uint8Array, call: number) => void): void {
  let call = 0;
  replace(GuestMemory.prototype, 'writeRange', (write) => {
    return function faulty(this: GuestMemory, range: PagedRange, data: Uint8Array): void {
      fault(data, ++call);
      write.call(this, range, data);
    };
  });
}

/** Changes the transaction id of a completion. */
function changeCompletions(change: (transactionId: bigint | number, call: number) => bigint | number): void {
  let call = 0;
  replace(OutgoingRing.prototype, 'write', (write) => {
    return function faulty(
      this: OutgoingRing,
      offset: OutgoingOffset,
      packet: OutgoingPacket,
    ): ReturnType<typeof write> {
      return write.call(this, offset, { ...packet, transactionId: change(packet.transactionId, ++call) });
    };
  });
}

function sleepMs(timeMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timeMs);
}

const HOST_FAULTS: Readonly<Record<string, () => void>> = {
  none: () => {},
  'flips-a-bit': () =>
    beforeEachWrite((data, call) => {
      if (call === FAULTY_CALL) data[data.length >> 1]! ^= 0x10;
    }),
  'completes-twice': () => {
    let first: bigint | number = 0;
    changeCompletions((transactionId, call) => {
      if (call === 1) first = transactionId;
      return call === 2 ? first : transactionId;
    });
  },
  'completes-what-nobody-asked': () =>
    changeCompletions((transactionId, call) => (call === FAULTY_CALL ? 20n : transactionId)),
  mute: () => {
    replace(DoorbellSignal.prototype, 'notify', () => () => {});
    beforeEachWrite(() => sleepMs(SLOW_MS));
  },
  silent: () => beforeEachWrite(() => sleepMs(2 ** 31 - 1)),
  // Past the main thread, for whoever reads the process's output.
  'says-so-and-is-silent': () =>
    beforeEachWrite(() => {
      writeSync(1, 'silent\n');
      sleepMs(2 ** 31 - 1);
    }),
  throws: () =>
    beforeEachWrite((_data, call) => {
      if (call === FAULTY_CALL) throw new Error('the disk is on fire');
    }),
  'closes-the-channel': () =>
    replace(Host.prototype, 'run', () => {
      return function faulty(this: Host): HostResult {
        this.close();
        return {} as HostResult;
      };
    }),
  exits: () =>
    beforeEachWrite((_data, call) => {
      if (call === FAULTY_CALL) process.exit(7);
    }),
};

/** Changes what a request says. */
function changeRequests(change: (operation: number, length: number, offset: number) => [number, number, number]): void {
  replace(RequestRecord.prototype, 'set', (set) => {
    return function faulty(this: RequestRecord, operation: number, length: number, offset: number): void {
      set.apply(this, change(operation, length, offset));
    };
  });
}

/** Overwrites some bytes of the first packet before it is published. */
function overwriteFirstPacket(at: number, bytes: readonly number[]): void {
  let first = true;
  replace(OutgoingRing.prototype, 'commitWrite', (commit) => {
    return function faulty(this: OutgoingRing, offset: OutgoingOffset): boolean {
      if (first) this.mem().writeAt(at, Uint8Array.from(bytes));
      first = false;
      return commit.call(this, offset);
    };
  });
}

const GUEST_FAULTS: Readonly<Record<string, () => void>> = {
  none: () => {},
  exits: () => replace(GuestMemory.prototype, 'readRange', () => () => process.exit(9)),
  'names-memory-it-does-not-have': () => nameAllPages(0x50_0000n),
  'names-no-address': () => nameAllPages(1n << 60n),
  'asks-for-more-than-its-ranges': () => changeRequests((operation, length, offset) => [operation, length + 8, offset]),
  'asks-for-more-than-the-disk': () =>
    changeRequests((operation, length, offset) => [operation, length, offset + 2 ** 40]),
  'knows-no-operation': () => changeRequests((_operation, length, offset) => [99, length, offset]),
  // The first packet's descriptor is at 0, its range count at 20, its first range at 24.
  'sends-an-empty-range': () => overwriteFirstPacket(24, [0, 0, 0, 0]),
  'sends-no-ranges': () => overwriteFirstPacket(20, [0, 0, 0, 0]),
  'sends-no-packet': () => overwriteFirstPacket(0, [0x44, 0x44]),
};

/** Has all requests name one page. */
function nameAllPages(gpn: bigint): void {
  replace(PagedRange.prototype, 'gpnWords', (gpnWords) => {
    return function faulty(this: PagedRange): Int32Array {
      const { length } = gpnWords.call(this);
      return new Int32Array(new BigUint64Array(length / 2).fill(gpn).buffer);
    };
  });
}

const hostFault = query.get('host');
const guestFault = query.get('guest');

if (hostFault !== null) {
  HOST_FAULTS[hostFault]!();
  runWorker((config) => new Host(config as HostConfig, SILENCE));
}
if (guestFault !== null) {
  GUEST_FAULTS[guestFault]!();
  runWorker((config) => new Guest(config as GuestConfig, SILENCE));
}
