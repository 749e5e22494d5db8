import { ChannelError } from '../../channel/channel-error.ts';
import { FlatRingMem } from '../../memory/flat-ring-mem.ts';
import { checkRingLength } from '../../memory/layout-check.ts';
import { PAGE_SIZE } from '../../wire/page.ts';
import { LinkMemory } from './link-memory.ts';
import { allocateShared, bufferOf, type SharedMemory } from './shared-memory.ts';

/**
 * A channel in one piece of shared memory, all pages of 4096 bytes:
 *
 * ```text
 *   +------+--------------+-----------+--------------+-----------+
 *   | link | control page | ring that | control page | ring that |
 *   |      | of ring 0    | end 0     | of ring 1    | end 1     |
 *   |      |              | writes    |              | writes    |
 *   +------+--------------+-----------+--------------+-----------+
 * ```
 */
export class ChannelMemory {
  readonly memory: SharedMemory;
  readonly link: LinkMemory;
  readonly #buffer: SharedArrayBuffer;

  private constructor(memory: SharedMemory, buffer: SharedArrayBuffer, link: LinkMemory) {
    this.memory = memory;
    this.link = link;
    this.#buffer = buffer;
  }

  /** Memory for rings of so many bytes, its ends unopened. Throws where a ring cannot have that size. */
  static create(sizes: readonly [number, number]): ChannelMemory {
    checkRingLength(sizes[0]);
    checkRingLength(sizes[1]);
    const memory = allocateShared(3 * PAGE_SIZE + sizes[0] + sizes[1]);
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
    if (3 * PAGE_SIZE + link.sizes[0] + link.sizes[1] > buffer.byteLength) {
      throw new ChannelError('InvalidHandle', 'the rings do not fit in the memory');
    }
    return new ChannelMemory(memory, buffer, link);
  }

  /** The ring that `end` writes. */
  ring(end: 0 | 1): FlatRingMem {
    const [first, second] = this.link.sizes;
    const offset = end === 0 ? PAGE_SIZE : 2 * PAGE_SIZE + first;
    return new FlatRingMem(end === 0 ? first : second, this.#buffer, offset);
  }
}
