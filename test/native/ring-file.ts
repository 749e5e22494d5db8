import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Owner } from './owner.ts';
import { SingleMappedRingMem } from '../../src/index.ts';
import { mapFile } from '../../src/transport/node/index.ts';
import { readSetup } from './setup.ts';

const CONTROL_BYTES = 4096;

let fileCount = 0;

/** A ring in a file that the peer maps as well: a control page, then the data. */
export class RingFile {
  readonly path: string;
  /** Bytes of data. */
  readonly ringBytes: number;
  readonly memory: SingleMappedRingMem;
  /** The control page as words: `in`, `out`, the interrupt mask, the pending send size, and so on. */
  readonly control: Uint32Array;

  /** An empty ring of `ringBytes`, or the one in `image`. Closed and gone at the end of the test. */
  constructor(t: Owner, image: Uint8Array | number) {
    const bytes = typeof image === 'number' ? new Uint8Array(CONTROL_BYTES + image) : image;
    this.path = join(readSetup().folder, `ring-${process.pid}-${fileCount++}`);
    this.ringBytes = bytes.length - CONTROL_BYTES;
    t.after(() => rmSync(this.path, { force: true }));
    writeFileSync(this.path, bytes, { flag: 'wx', mode: 0o600 });
    const mapped = mapFile(this.path);
    t.after(() => mapped.close());
    this.memory = new SingleMappedRingMem(mapped.bytes);
    this.control = new Uint32Array(mapped.bytes.buffer, 0, CONTROL_BYTES / 4);
  }

  /** The file and its size, as the peer's commands begin. */
  get args(): string[] {
    return [this.path, String(this.ringBytes)];
  }

  /** All of it, where it lies. */
  get image(): Uint8Array {
    return this.memory.bytes;
  }
}

/** Offset of the first byte in which two images differ, or -1. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (Buffer.compare(a, b) === 0) return -1;
  return a.length === b.length ? a.findIndex((byte, at) => byte !== b[at]) : Math.min(a.length, b.length);
}
