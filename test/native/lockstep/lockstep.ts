import assert from 'node:assert/strict';
import type { Owner } from '../owner.ts';
import { firstDifference, RingFile } from '../ring-file.ts';
import { DpdkEnds } from './dpdk-ends.ts';
import { NOTHING, type Operation, type Outcome, WORD } from './operation.ts';
import { OurEnds } from './our-ends.ts';

const CONTROL_BYTES = 4096;

/** What an operation led to. */
export interface Outcomes {
  readonly ours: Outcome;
  readonly dpdk: Outcome;
}

/**
 * One ring in two files: in one of them both ends are ours, in the other both are DPDK's. A channel is two such rings, which have nothing to
 * do with each other.
 */
export class Lockstep {
  readonly ours: OurEnds;
  readonly dpdk: DpdkEnds;
  readonly #ourFile: RingFile;
  readonly #dpdkFile: RingFile;

  private constructor(ourFile: RingFile, dpdkFile: RingFile, dpdk: DpdkEnds) {
    this.#ourFile = ourFile;
    this.#dpdkFile = dpdkFile;
    this.ours = new OurEnds(ourFile.memory);
    this.dpdk = dpdk;
  }

  /** Two empty rings, as each opens them. */
  static async open(t: Owner, ringBytes: number): Promise<Lockstep> {
    const dpdkFile = new RingFile(t, ringBytes);
    return new Lockstep(new RingFile(t, ringBytes), dpdkFile, await DpdkEnds.open(t, dpdkFile));
  }

  /** The same, and then DPDK's control page as ours: DPDK sets neither mask nor feature bits. */
  static async openAlike(t: Owner, ringBytes: number): Promise<Lockstep> {
    const lockstep = await Lockstep.open(t, ringBytes);
    lockstep.store(WORD.interruptMask, 1);
    lockstep.store(WORD.featureBits, 1);
    lockstep.checkImages();
    return lockstep;
  }

  /** Bytes of data. */
  get ringBytes(): number {
    return this.#ourFile.ringBytes;
  }

  /** The control page of our image. */
  get control(): Uint32Array {
    return this.#ourFile.control;
  }

  /** The control page of DPDK's image. */
  get dpdkControl(): Uint32Array {
    return this.#dpdkFile.control;
  }

  /** Sets a word of both control pages. */
  store(word: number, value: number): void {
    for (const file of this.#files()) Atomics.store(file.control, word, value);
  }

  /** Puts bytes into both rings, from the start of the data on where the end is reached. */
  put(ringOffset: number, bytes: Uint8Array): void {
    const atEnd = bytes.subarray(0, this.ringBytes - ringOffset);
    for (const { image } of this.#files()) {
      image.set(atEnd, CONTROL_BYTES + ringOffset);
      image.set(bytes.subarray(atEnd.length), CONTROL_BYTES);
    }
  }

  /** Bytes of our ring, from the start of the data on where the end is reached. */
  bytesAt(ringOffset: number, length: number): Buffer {
    const data = this.#ourFile.image.subarray(CONTROL_BYTES);
    return Buffer.concat([data.subarray(ringOffset, ringOffset + length), data], length);
  }

  /** Performs an operation with both. */
  async perform(operation: Operation): Promise<Outcomes> {
    switch (operation.name) {
      case 'write': {
        const { packets, via } = operation;
        return { ours: this.ours.write(packets, via), dpdk: await this.dpdk.write(packets) };
      }
      case 'read':
        return { ours: this.ours.read(operation.count, operation.via), dpdk: await this.dpdk.read(operation.count) };
      case 'receive':
        return { ours: this.ours.receive(), dpdk: await this.dpdk.receive() };
      case 'store':
        this.store(operation.word, operation.value);
        break;
      case 'put':
        this.put(operation.at, operation.bytes);
        break;
      case 'reopen':
        this.store(WORD.in, operation.in);
        this.store(WORD.out, operation.out);
        this.ours.reopen();
        await this.dpdk.reopen();
    }
    return { ours: NOTHING, dpdk: NOTHING };
  }

  /** Throws unless both images are the same, to the last byte. */
  checkImages(): void {
    checkSame(this.#ourFile.image, this.#dpdkFile.image, 'the images differ');
  }

  /** Our image as it is now. */
  copyImage(): Uint8Array {
    return Uint8Array.from(this.#ourFile.image);
  }

  /** Throws unless our image is what it was, to the last byte. */
  checkUntouched(before: Uint8Array): void {
    checkSame(this.#ourFile.image, before, 'an error has changed our image');
  }

  /** Makes DPDK's image ours, where they differ. */
  align(): void {
    this.#dpdkFile.image.set(this.#ourFile.image);
  }

  #files(): readonly RingFile[] {
    return [this.#ourFile, this.#dpdkFile];
  }
}

function checkSame(a: Uint8Array, b: Uint8Array, what: string): void {
  const at = firstDifference(a, b);
  const where = at < CONTROL_BYTES ? `word ${at >> 2} of the control page` : `ring offset ${at - CONTROL_BYTES}`;
  assert.equal(at, -1, `${what}, at ${where}`);
}
