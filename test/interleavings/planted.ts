import { CONTROL_IN, CONTROL_INTERRUPT_MASK, CONTROL_OUT, CONTROL_PENDING_SEND_SIZE, Full } from '../../src/index.ts';
import type { IncomingRing, OutgoingRing } from '../../src/index.ts';
import type { WasmCalls } from '../../src/memory/wasm-calls.ts';
import type { Kind } from './stepped-memory.ts';

/** What is made wrong at one of the two ends, before it does anything. */
export interface Fault {
  readonly name: string;
  readonly writer?: (ring: OutgoingRing) => void;
  readonly reader?: (ring: IncomingRing) => void;
  /** What is found. */
  readonly found: RegExp;
  /** Whether it lies beneath what packets by one call take as well. */
  readonly byOneCall: boolean;
  /** Where it is only there. */
  readonly kind?: Kind;
  /** It is no more than signals that are not due. */
  readonly isSignal?: true;
}

const ASLEEP = /sleep for ever/;

/** One access each, left out or out of order, of those that the protocol asks of the two ends. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'the mask is loaded before in is stored',
    byOneCall: true,
    found: ASLEEP,
    writer: ({ inner: { control } }) => {
      control.commitWrite = (newIn, oldIn) => {
        const mask = control.load(CONTROL_INTERRUPT_MASK);
        control.store(CONTROL_IN, newIn);
        return mask === 0 && control.load(CONTROL_OUT) === oldIn;
      };
    },
  },
  {
    name: 'out is loaded before in is stored',
    byOneCall: true,
    found: ASLEEP,
    writer: ({ inner: { control } }) => {
      control.commitWrite = (newIn, oldIn) => {
        const out = control.load(CONTROL_OUT);
        control.store(CONTROL_IN, newIn);
        return control.load(CONTROL_INTERRUPT_MASK) === 0 && out === oldIn;
      };
    },
  },
  {
    name: 'the writer never signals',
    byOneCall: true,
    found: ASLEEP,
    writer: ({ inner: { control } }) => {
      control.commitWrite = (newIn) => {
        control.store(CONTROL_IN, newIn);
        return false;
      };
    },
  },
  {
    name: 'the writer always signals',
    byOneCall: true,
    isSignal: true,
    found: /not due/,
    writer: ({ inner: { control } }) => {
      control.commitWrite = (newIn) => {
        control.store(CONTROL_IN, newIn);
        control.load(CONTROL_INTERRUPT_MASK);
        control.load(CONTROL_OUT);
        return true;
      };
    },
  },
  {
    name: 'the reader signals whenever somebody waits for room',
    byOneCall: false,
    isSignal: true,
    found: /not due/,
    reader: (ring) => {
      const { control } = ring.inner;
      ring.commitRead = (offset) => {
        if (offset.nextOut === offset.committedOut) return false;
        const pending = control.commitRead(offset.nextOut);
        offset.committedOut = offset.nextOut;
        control.loadIn();
        return pending !== 0;
      };
    },
  },
  {
    name: 'the pending send size is loaded before out is stored',
    byOneCall: true,
    found: ASLEEP,
    reader: ({ inner: { control } }) => {
      control.commitRead = (newOut) => {
        const pending = control.load(CONTROL_PENDING_SEND_SIZE);
        control.store(CONTROL_OUT, newOut);
        return pending;
      };
    },
  },
  {
    name: 'what was read before the acquire is not compared after it',
    byOneCall: true,
    kind: 'wasm',
    found: /another packet/,
    reader: ({ inner: { control } }) => {
      const calls = control.calls!;
      const receiveSeen: WasmCalls['receiveSeen'] = (page, _size, _out, newOut, _available, at, ...rest) => {
        const [, length, , , target] = rest;
        calls.loadIn(page);
        calls.copy(target, at + 16, ((length & 0xffff) - 2) * 8);
        return calls.commitRead(page, newOut) === 0 ? 0 : 1;
      };
      (control as { calls: WasmCalls }).calls = { ...calls, receiveSeen };
    },
  },
  {
    name: 'in is stored before the footer',
    byOneCall: false,
    found: /no footer/,
    writer: (ring) => {
      const { inner } = ring;
      const put = inner.putUnit.bind(inner);
      const units: (() => void)[] = [];
      inner.putUnit = (...unit) => void units.push(() => put(...unit));
      const commit = inner.control.commitWrite.bind(inner.control);
      inner.control.commitWrite = (newIn, oldIn) => {
        const last = units.pop();
        for (const unit of units.splice(0)) unit();
        const signal = commit(newIn, oldIn);
        last?.();
        return signal;
      };
    },
  },
  {
    name: 'in is stored before the packet',
    byOneCall: false,
    found: /DataRace|no footer/,
    writer: (ring) => {
      const { inner } = ring;
      const write = ring.write.bind(ring);
      ring.write = (offset, packet) => {
        const before = offset.nextIn;
        const range = write(offset, packet);
        if (range instanceof Full) return range;
        inner.control.store(CONTROL_IN, offset.nextIn);
        offset.nextIn = before;
        return write(offset, packet);
      };
    },
  },
  {
    name: 'out is stored before the packet is loaded',
    byOneCall: false,
    found: /DataRace|AssertionError|VmbusRingError/,
    reader: (ring) => {
      const read = ring.read.bind(ring);
      ring.read = (offset, into) => {
        const packet = read(offset, into);
        if (packet === null) return null;
        ring.inner.control.store(CONTROL_OUT, offset.nextOut);
        offset.nextOut = offset.committedOut;
        return read(offset, into);
      };
    },
  },
];
