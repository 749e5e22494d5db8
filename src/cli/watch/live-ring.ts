import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { PAGE_SIZE } from '../../index.ts';
import { type ChannelFlow, isChannelImage, RingImage } from '../../inspect/index.ts';
import { type ChannelFileHeader, readChannelHeader } from '../../transport/channel-file/header.ts';
import { readBothFlows } from '../../transport/channel-file/read-flow.ts';
import { ringOffset } from '../../transport/channel-layout.ts';
import { MappedFileError } from '../../transport/node/index.ts';
import { isEndLocked } from '../../transport/node/processes/absent-peer.ts';
import { FileError } from '../file-error.ts';
import { nodeAt, nodeOfDescriptor } from '../file-node.ts';
import { checkImageStats } from '../image-file.ts';
import type { EndSample, RingSample, Sample } from './sample.ts';

/** Bytes before `in` in which packets are looked for. */
const RECENT_BYTES = 64 << 10;

/** How often a ring is read again whose counters were changing. */
const FLOW_TRIES = 8;

/** A ring image or a channel's file that others use. It is read, never mapped, and nothing is written. */
export class LiveRing {
  readonly path: string;
  readonly #descriptor: number;
  readonly #size: number;
  readonly #page = new Uint8Array(PAGE_SIZE);
  /** Each as large as its ring; what was never read takes no memory. */
  readonly #images: Uint8Array<ArrayBuffer>[];

  /** Throws a {@link FileError} where it cannot be read, or is neither. */
  constructor(path: string) {
    this.path = path;
    try {
      // Without O_NONBLOCK, to open a FIFO would wait for its other end, only to be refused.
      this.#descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw FileError.from(path, error);
    }
    try {
      const stats = fstatSync(this.#descriptor);
      if (!stats.isFile()) throw new FileError(path, 'is no file');
      this.#size = stats.size;
      readSync(this.#descriptor, this.#page, 0, PAGE_SIZE, 0);
      const header = this.#header();
      checkImageStats(path, stats, header !== null);
      const sizes = header?.sizes ?? [stats.size - PAGE_SIZE];
      this.#images = sizes.map((bytes) => new Uint8Array(PAGE_SIZE + bytes));
    } catch (error) {
      closeSync(this.#descriptor);
      throw FileError.from(path, error);
    }
  }

  /** What is in it now. Throws a {@link FileError} where the file is not what it was any more. */
  sample(packets: number): Sample {
    this.#checkFile();
    const timeMs = performance.now();
    this.#read(this.#page, 0, PAGE_SIZE, 0);
    const header = this.#header();
    if (header === null) {
      return { path: this.path, timeMs, ends: null, rings: [this.#sampleRing(0, 0, null, packets)] };
    }
    const rings = ([0, 1] as const).map((end) => this.#sampleRing(end, ringOffset(end, header.sizes), end, packets));
    return { path: this.path, timeMs, ends: [this.#sampleEnd(header, 0), this.#sampleEnd(header, 1)], rings };
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #header(): ChannelFileHeader | null {
    if (!isChannelImage(this.#page)) return null;
    const header = readChannelHeader(this.#page, this.#size);
    if ('problem' in header) throw new FileError(this.path, `this is no channel's file: ${header.detail}`);
    return header;
  }

  #checkFile(): void {
    const stats = fstatSync(this.#descriptor);
    if (nodeAt(this.path) !== nodeOfDescriptor(this.#descriptor)) {
      throw new FileError(this.path, stats.nlink === 0 ? 'was removed' : 'was replaced');
    }
    if (stats.size !== this.#size) throw new FileError(this.path, `its size has changed, to ${stats.size} bytes`);
  }

  #read(bytes: Uint8Array, at: number, length: number, position: number): void {
    for (let done = 0; done < length;) {
      const read = readSync(this.#descriptor, bytes, at + done, length - done, position + done);
      if (read === 0) throw new FileError(this.path, 'was cut short');
      done += read;
    }
  }

  /** The control page first: what it says of is written before it. */
  #sampleRing(index: 0 | 1, start: number, end: 0 | 1 | null, packets: number): RingSample {
    const bytes = this.#images[index]!;
    let image: RingImage;
    let flow: ChannelFlow | null = null;
    for (let tries = 1; ; tries++) {
      if (end !== null) this.#read(this.#page, 0, PAGE_SIZE, 0);
      this.#read(bytes, 0, PAGE_SIZE, start);
      image = new RingImage(bytes);
      if (end === null) break;
      flow = readBothFlows(this.#page, end, image.control, image.size);
      if ((flow.produced !== null && flow.consumed !== null) || tries === FLOW_TRIES) break;
    }
    if (packets === 0 || image.usage() === null) return { image, flow, lastPackets: [] };
    const recentBytes = Math.min(RECENT_BYTES, image.size);
    this.#readRecent(bytes, start, image.control.in, recentBytes);
    return { image, flow, lastPackets: image.lastPackets(packets, recentBytes) };
  }

  #readRecent(bytes: Uint8Array, start: number, inPointer: number, recentBytes: number): void {
    const size = bytes.length - PAGE_SIZE;
    const before = Math.min(inPointer, recentBytes);
    const beforeAt = PAGE_SIZE + inPointer - before;
    this.#read(bytes, beforeAt, before, start + beforeAt);
    const wrapped = recentBytes - before;
    const wrappedAt = PAGE_SIZE + size - wrapped;
    this.#read(bytes, wrappedAt, wrapped, start + wrappedAt);
  }

  #sampleEnd(header: ChannelFileHeader, end: 0 | 1): EndSample {
    return { ...header.ends[end], held: this.#isHeld(end) };
  }

  /** Asks the kernel; takes no lock. */
  #isHeld(end: 0 | 1): boolean | null {
    try {
      return isEndLocked(this.#descriptor, end);
    } catch (error) {
      if (error instanceof MappedFileError) return null;
      throw error;
    }
  }
}
