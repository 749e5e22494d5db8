import { writeFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Channel, EventSignal, SingleMappedRingMem } from '../../src/index.ts';
import { type MappedFile, mapFile } from '../../src/transport/node/mapping/mapped-file.ts';
import { connectUioDevice } from '../../src/transport/node/uio/connect-device.ts';
import type { UioDeviceInfo } from '../../src/transport/node/uio/uio-devices.ts';
import { UioFile } from '../../src/transport/node/uio/uio-file.ts';
import { TestFolder } from '../support/test-folder.ts';
import { CLASS, INSTANCE } from './fake-sysfs.ts';
import { socketPair } from './socket-pair.ts';

export interface StandInOptions {
  readonly ringMapSize?: number;
  readonly monitorId?: number;
  /** Whether interrupts and writes change the interrupt mask, as in most kernels. */
  readonly masks?: boolean;
  /** Where the guest finds the feature bit: a kernel sets it in both rings. */
  readonly featureBits?: number;
}

/** The mask is the third word of a control page, feature bits are the seventeenth. */
const MASK_WORD = 2;
const FEATURE_WORD = 16;

/**
 * What stands in for a device and the kernel's driver: files for its maps, and a pair of sockets for its node. What is behind it, the host's
 * end, has mappings of its own.
 */
export class StandIn {
  readonly info: UioDeviceInfo;
  /** What the guest wrote to its node. */
  readonly written: number[] = [];
  /** The guest's mappings. */
  readonly mapped: MappedFile[] = [];
  readonly hostSignal: EventSignal = new EventSignal(() => this.interrupt());
  interrupts = 0;
  /** How many bytes fewer than asked for are mapped. */
  shortBy = 0;
  readonly guestDescriptor: number;
  readonly hostDescriptor: number;
  readonly #folder: TestFolder = new TestFolder();
  readonly #socket: Socket;
  readonly #rings: MappedFile;
  readonly #monitorPage: MappedFile;
  readonly #interruptPage: MappedFile;
  readonly #masks: boolean;
  #watch: ReturnType<typeof setInterval> | undefined;
  #pages: Int32Array[] = [];

  constructor(options: StandInOptions = {}) {
    const { ringMapSize = 4 * 4096, monitorId = null, masks = true, featureBits = 1 } = options;
    this.#masks = masks;
    this.info = {
      name: 'uio0',
      path: '/dev/uio0',
      instanceId: INSTANCE,
      classId: CLASS,
      relid: 77,
      monitorId,
      major: 240,
      minor: 0,
      maps: [
        { name: 'txrx_rings', size: ringMapSize, offset: 0 },
        { name: 'int_page', size: 4096, offset: 0 },
        { name: 'monitor_page', size: 4096, offset: 0 },
      ],
    };
    for (const [i, { size }] of this.info.maps.entries()) writeFileSync(this.#path(i), new Uint8Array(size));
    this.#rings = mapFile(this.#path(0));
    this.#interruptPage = mapFile(this.#path(1));
    this.#monitorPage = mapFile(this.#path(2));
    this.halves().forEach((ring) => (wordsOf(ring)[FEATURE_WORD] = featureBits));
    [this.guestDescriptor, this.hostDescriptor] = socketPair();
    this.#socket = new Socket({ fd: this.hostDescriptor, allowHalfOpen: true });
    this.#socket.on('data', (chunk) => this.#onWritten(chunk));
    this.#socket.on('error', () => {});
    if (monitorId !== null) this.#watchMonitorPage(monitorId);
  }

  /** The guest's ring and the host's, as the host sees them. */
  halves(): [outgoing: Uint8Array, incoming: Uint8Array] {
    const { bytes } = this.#rings;
    return [bytes.subarray(0, bytes.length / 2), bytes.subarray(bytes.length / 2)];
  }

  /** The device, as the library has it over a node. */
  device(): UioFile {
    return new UioFile(this.guestDescriptor, (index, length) => {
      const mapped = mapFile(this.#path(index), { length: length - this.shortBy });
      this.mapped.push(mapped);
      return mapped;
    });
  }

  /** The guest's end. */
  connect(): Channel {
    return connectUioDevice(this.device(), this.info, this.info.monitorId !== null);
  }

  /** The host's end. */
  host(): Channel {
    const [incoming, outgoing] = this.halves();
    return new Channel({
      incoming: new SingleMappedRingMem(incoming),
      outgoing: new SingleMappedRingMem(outgoing),
      signal: this.hostSignal,
    });
  }

  /** What the driver does when the host signals the channel. */
  interrupt(): void {
    if (this.#masks) this.#setMask(1);
    this.interrupts++;
    try {
      writeSync(this.hostDescriptor, Int32Array.of(this.interrupts));
    } catch {
      // The guest has closed its node, or takes no interrupts and has enough of them to come.
    }
  }

  /** Words of the interrupt page and the monitor page, as the hypervisor sees them. */
  get pages(): { readonly events: Int32Array; readonly monitor: Int32Array } {
    const [events, monitor] = this.#pages;
    return { events: events!, monitor: monitor! };
  }

  /** The device goes away: its node reads as at the end. */
  rescind(): void {
    this.#socket.destroy();
  }

  /** Lets the process end although the device is there. */
  unref(): void {
    this.#socket.unref();
    this.#watch?.unref();
  }

  /** Gives back all that is the stand-in's. */
  [Symbol.dispose](): void {
    clearInterval(this.#watch);
    this.#socket.destroy();
    for (const mapped of [this.#rings, this.#interruptPage, this.#monitorPage]) mapped.close();
    this.#folder.remove();
  }

  #path(index: number): string {
    return this.#folder.file(`map${index}`);
  }

  #setMask(value: number): void {
    const [, incoming] = this.halves();
    if (incoming.length > 0) Atomics.store(wordsOf(incoming), MASK_WORD, value);
  }

  #onWritten(chunk: Buffer): void {
    for (let at = 0; at + 4 <= chunk.length; at += 4) {
      const value = chunk.readInt32LE(at);
      this.written.push(value);
      if (this.#masks) this.#setMask(value === 0 ? 1 : 0);
      if (value === 1 && this.info.monitorId === null) this.hostSignal.raise();
    }
  }

  /** The hypervisor: takes the bit of the channel out of the monitor page. */
  #watchMonitorPage(monitorId: number): void {
    this.#pages = [wordsOf(this.#interruptPage.bytes), wordsOf(this.#monitorPage.bytes)];
    const word = 2 + 2 * Math.floor(monitorId / 32);
    this.#watch = setInterval(() => {
      if (Atomics.and(this.pages.monitor, word, ~(1 << (monitorId % 32))) !== 0) this.hostSignal.raise();
    }, 1);
  }
}

function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length / 4);
}
