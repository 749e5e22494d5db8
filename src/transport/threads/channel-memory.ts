import { ChannelError } from '../../channel/channel-error.ts';
import { FlatRingMem } from '../../memory/flat-ring-mem.ts';
import { checkRingLength } from '../../memory/layout-check.ts';
import { channelBytes, ringOffset } from '../channel-layout.ts';
import { accelerateMemory } from '../../wasm/accelerate-memory.ts';
import { MAXIMUM_RING_SIZE } from '../../wire/page.ts';
import { checkUnsigned } from '../../wire/unsigned.ts';
import { LinkMemory } from './link-memory.ts';
import { bytesWithPayloads, payloadPart } from './payload-layout.ts';
import { allocateShared, bufferOf, type SharedMemory } from './shared-memory.ts';

/** A channel in one piece of shared memory: the page that links its ends, then both rings. See channel-layout.ts. */
export class ChannelMemory {
  readonly memory: SharedMemory;
  readonly link: LinkMemory;
  readonly #buffer: SharedArrayBuffer;

  private constructor(memory: SharedMemory, buffer: SharedArrayBuffer, link: LinkMemory) {
    this.memory = memory;
    this.link = link;
    this.#buffer = buffer;
    if (!(memory instanceof SharedArrayBuffer)) accelerateMemory(memory);
  }

  /**
   * Memory for rings of so many bytes, and so many for payloads of each end, its ends unopened. Throws where a ring cannot have that
   * size.
   */
  static create(sizes: readonly [number, number], payloadBytes: number): ChannelMemory {
    checkRingLength(sizes[0]);
    checkRingLength(sizes[1]);
    checkUnsigned('payloadBytes', payloadBytes, MAXIMUM_RING_SIZE);
    const memory = allocateShared(bytesWithPayloads(sizes, payloadBytes));
    const buffer = bufferOf(memory);
    return new ChannelMemory(memory, buffer, LinkMemory.create(buffer, sizes));
  }

  /** The same memory in another thread. Throws a `ChannelError` with code `InvalidHandle` where it is something else. */
  static open(memory: SharedMemory): ChannelMemory {
    const buffer = bufferOf(memory);
    const link = LinkMemory.open(buffer);
    try {
      for (const bytes of link.sizes) checkRingLength(bytes);
    } catch (cause) {
      throw new ChannelError('InvalidHandle', 'the rings have no size that rings have', { cause });
    }
    if (channelBytes(link.sizes) > buffer.byteLength) {
      throw new ChannelError('InvalidHandle', 'the rings do not fit in the memory');
    }
    return new ChannelMemory(memory, buffer, link);
  }

  /** What `end` has for payloads, behind the rings. */
  payloads(end: 0 | 1): Uint8Array {
    const { start, bytes } = payloadPart(this.link.sizes, end, this.#buffer.byteLength);
    return new Uint8Array(this.#buffer, start, bytes);
  }

  /** The ring that `end` writes. */
  ring(end: 0 | 1): FlatRingMem {
    const { sizes } = this.link;
    return new FlatRingMem(sizes[end], this.#buffer, ringOffset(end, sizes));
  }
}
