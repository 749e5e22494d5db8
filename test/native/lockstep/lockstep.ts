import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { firstDifference, RingFile } from '../ring-file.ts';
import { DpdkEnds } from './dpdk-ends.ts';
import { type Operation, type Outcome, WORD } from './operation.ts';
import { OurEnds } from './our-ends.ts';

const CONTROL_BYTES = 4096;

/** One ring in two files: in one of them both ends are ours, in the other both are DPDK's. */
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
  static async open(t: TestContext, ringBytes: number): Promise<Lockstep> {
    const dpdkFile = new RingFile(t, ringBytes);
    return new Lockstep(new RingFile(t, ringBytes), dpdkFile, await DpdkEnds.open(t, dpdkFile));
  }

  /** The same, and then DPDK's control page as ours: DPDK sets neither mask nor feature bits. */
  static async openAlike(t: TestContext, ringBytes: number): Promise<Lockstep> {
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
    for (const file of [this.#ourFile, this.#dpdkFile]) Atomics.store(file.control, word, value);
  }

  /** Puts bytes into both rings. */
  put(ringOffset: number, bytes: Uint8Array): void {
    for (const file of [this.#ourFile, this.#dpdkFile]) file.image.set(bytes, CONTROL_BYTES + ringOffset);
  }

  /** Performs an operation with both. */
  async perform(operation: Operation): Promise<{ ours: Outcome; dpdk: Outcome }> {
    switch (operation.name) {
      case 'write':
        return { ours: this.ours.write(operation.packets), dpdk: await this.dpdk.write(operation.packets) };
      case 'read':
        return { ours: this.ours.read(operation.count), dpdk: await this.dpdk.read(operation.count) };
      case 'receive':
        return { ours: this.ours.receive(), dpdk: await this.dpdk.receive() };
      case 'store': {
        this.store(operation.word, operation.value);
        const nothing = { result: 'ok', signal: false, packets: [] };
        return { ours: nothing, dpdk: nothing };
      }
    }
  }

  /** Throws unless both images are the same, to the last byte. */
  checkImages(): void {
    const at = firstDifference(this.#ourFile.image, this.#dpdkFile.image);
    const where = at < CONTROL_BYTES ? `word ${at >> 2} of the control page` : `ring offset ${at - CONTROL_BYTES}`;
    assert.equal(at, -1, `the images differ at ${where}`);
  }

  /** Performs an operation with both, and throws unless it leads to the same: DPDK's one known difference in it is allowed for. */
  async step(operation: Operation): Promise<Outcome> {
    const featureBits = this.control[WORD.featureBits]!;
    const { ours, dpdk } = await this.perform(operation);
    this.checkImages();
    const isReading = operation.name === 'read' || operation.name === 'receive';
    assert.deepEqual(dpdk, isReading ? asDpdkHasIt(ours, dpdk, featureBits) : ours);
    return ours;
  }
}

/** What DPDK makes of a read by the rows of `differences.native.ts` that ordinary use comes upon. */
function asDpdkHasIt(ours: Outcome, dpdk: Outcome, featureBits: number): Outcome {
  const signal = ours.signal && (featureBits & 1) !== 0;
  const packets = ours.packets.map((line, i) =>
    line.startsWith('- ') ? line.replace('-', dpdk.packets[i]?.split(' ')[0] ?? '-') : line,
  );
  return { ...ours, signal, packets };
}
