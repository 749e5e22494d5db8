import { createHash, type Hash } from 'node:crypto';
import {
  Empty,
  Full,
  type GuestMemory,
  type IncomingPacket,
  OutgoingPacketType,
  PACKET_TYPE_COMPLETION,
  PagedRange,
} from '../../index.ts';
import { EXIT_CORRUPT } from '../exit-codes.ts';
import { DemoError } from './demo-error.ts';
import {
  COMPLETION_BYTES,
  CompletionRecord,
  OPERATION_READ,
  OPERATION_SHUT_DOWN,
  REQUEST_BYTES,
  RequestRecord,
  STATUS_SUCCESS,
  statusName,
} from './disk-protocol.ts';
import type { Endpoint, EndpointCounts } from './endpoint.ts';
import { type Channel, openGuestMemory } from './machine.ts';
import { openEndpoint, SLEEP_TIMEOUT_MS } from './open-endpoint.ts';

/** What the guest's worker is given. */
export interface GuestConfig {
  readonly channel: Channel;
  /** See `Machine`. */
  readonly buffers: BigUint64Array;
  readonly bufferPages: number;
  readonly diskBytes: number;
  readonly requestBytes: number;
  readonly inFlight: number;
  /** One 64-bit word: bytes that were read and hashed so far. For whoever likes to watch. */
  readonly progress: SharedArrayBuffer;
}

/** What the guest says at the end. */
export interface GuestResult {
  /** Of all that it read, in the order of the disk. In hexadecimal. */
  readonly sha256: string;
  /** From the first request to the last byte hashed. */
  readonly elapsedMs: number;
  /** Completions of a request that came after the completion of a later one. */
  readonly completionsOutOfOrder: number;
  readonly counts: EndpointCounts;
}

/** Bytes that are hashed before the guest looks at its rings again: enough to make a batch, too few to starve the host. */
const HASH_BATCH_BYTES = 512 << 10;

/** Buffers begin at 8 different places in their first page, as a driver's do: multiples of a sector. */
const SECTOR_BYTES = 512;
const SECTORS_A_PAGE = 8;

/** One buffer of the guest's: request number `n` uses slot `n % inFlight`. */
interface Slot {
  readonly range: PagedRange;
  readonly typ: OutgoingPacketType;
  completed: boolean;
}

/**
 * The guest: reads the disk from its start to its end, many requests at a time, and hashes what it gets.
 *
 * ```text
 *       hashed            next            total
 *   ______|###_#_##_#######|_______________|     requests, numbered in the order of the disk
 *          under way, some
 *          of them completed
 * ```
 */
export class Guest {
  readonly #config: GuestConfig;
  readonly #memory: GuestMemory;
  readonly #endpoint: Endpoint;
  readonly #slots: readonly Slot[];
  readonly #total: number;
  readonly #hash: Hash = createHash('sha256');
  readonly #data: Uint8Array<ArrayBuffer>;
  readonly #progress: BigInt64Array;
  readonly #request = new RequestRecord();
  readonly #completion = new CompletionRecord();

  /** Requests that were completed and hashed. */
  #hashed = 0;
  /** Requests that were sent. */
  #next = 0;
  /** What the next request needs on the ring, when there was no room for it; else 0. */
  #blockedBytes = 0;
  #lastCompleted = -1;
  #completionsOutOfOrder = 0;

  /** Opens the guest's ends of the rings. */
  constructor(config: GuestConfig, timeoutMs: number = SLEEP_TIMEOUT_MS) {
    this.#config = config;
    this.#memory = openGuestMemory(config.channel);
    this.#endpoint = openEndpoint(config.channel, this.#memory, 'guest', timeoutMs);
    this.#slots = Array.from({ length: config.inFlight }, (_, i) => createSlot(config, i));
    this.#total = Math.ceil(config.diskBytes / config.requestBytes);
    this.#data = new Uint8Array(config.requestBytes);
    this.#progress = new BigInt64Array(config.progress);
  }

  /** Reads the whole disk, then shuts the host down. */
  run(): GuestResult {
    const start = performance.now();
    while (this.#hashed < this.#total) {
      const sent = this.#sendRequests();
      const completed = this.#takeCompletions();
      const hashed = this.#hashCompleted();
      if (sent + completed + hashed === 0) this.#endpoint.wait(true, this.#blockedBytes);
    }
    const sha256 = this.#hash.digest('hex');
    const elapsedMs = performance.now() - start;
    this.#shutDown();
    return { sha256, elapsedMs, completionsOutOfOrder: this.#completionsOutOfOrder, counts: this.#endpoint.counts };
  }

  /** Sends as many requests as there are free buffers and room for. Returns how many. */
  #sendRequests(): number {
    const first = this.#next;
    const limit = Math.min(this.#total, this.#hashed + this.#config.inFlight);
    this.#blockedBytes = 0;
    while (this.#next < limit && this.#blockedBytes === 0) {
      const lengthBytes = this.#lengthOf(this.#next);
      const slot = this.#slotOf(this.#next);
      const whole = lengthBytes === this.#config.requestBytes;
      const typ = whole ? slot.typ : OutgoingPacketType.GpaDirect([slot.range.subrange(0, lengthBytes)]);
      // Never 0, which Hyper-V does not answer, and never used twice.
      const transactionId = this.#next + 1;
      const range = this.#endpoint.write({ transactionId, size: REQUEST_BYTES, typ });
      if (range instanceof Full) {
        this.#blockedBytes = range.size;
      } else {
        this.#request.set(OPERATION_READ, lengthBytes, this.#next * this.#config.requestBytes);
        range.writer(this.#endpoint.outgoing).write(this.#request.bytes);
        slot.completed = false;
        this.#next++;
      }
    }
    this.#endpoint.commitWrite();
    return this.#next - first;
  }

  /** Takes all completions that are there. Returns how many. */
  #takeCompletions(): number {
    let taken = 0;
    for (let packet = this.#endpoint.read(); packet !== Empty; packet = this.#endpoint.read()) {
      this.#takeCompletion(packet);
      taken++;
    }
    this.#endpoint.commitRead();
    return taken;
  }

  #takeCompletion(packet: IncomingPacket): void {
    if (packet.packetType !== PACKET_TYPE_COMPLETION || packet.payloadLength < COMPLETION_BYTES) {
      throw new DemoError(EXIT_CORRUPT, `the packet at ring offset ${packet.offset} is no completion`);
    }
    const transactionId = packet.transactionIdHigh * 0x1_0000_0000 + packet.transactionIdLow;
    const request = transactionId - 1;
    if (request < this.#hashed || request >= this.#next || this.#slotOf(request).completed) {
      throw new DemoError(
        EXIT_CORRUPT,
        `there is a completion of transaction ${transactionId}, which is not under way`,
      );
    }
    packet.payload.reader(this.#endpoint.incoming).read(this.#completion.bytes);
    const { status, lengthBytes } = this.#completion;
    const wanted = this.#lengthOf(request);
    if (status !== STATUS_SUCCESS || lengthBytes !== wanted) {
      const where = `${wanted} bytes at ${request * this.#config.requestBytes}`;
      throw new DemoError(
        EXIT_CORRUPT,
        `reading ${where} of the disk gave ${lengthBytes} bytes: ${statusName(status)}`,
      );
    }
    if (request < this.#lastCompleted) this.#completionsOutOfOrder++;
    this.#lastCompleted = Math.max(request, this.#lastCompleted);
    this.#slotOf(request).completed = true;
  }

  /** Hashes what comes next on the disk, as far as it is there, and no more than a batch. Returns how many requests. */
  #hashCompleted(): number {
    const first = this.#hashed;
    let batchBytes = 0;
    while (this.#hashed < this.#next && this.#slotOf(this.#hashed).completed && batchBytes < HASH_BATCH_BYTES) {
      const lengthBytes = this.#lengthOf(this.#hashed);
      const data = this.#data.subarray(0, lengthBytes);
      this.#memory.readRange(this.#slotOf(this.#hashed).range.subrange(0, lengthBytes), data);
      this.#hash.update(data);
      this.#hashed++;
      batchBytes += lengthBytes;
    }
    if (batchBytes !== 0) Atomics.add(this.#progress, 0, BigInt(batchBytes));
    return this.#hashed - first;
  }

  #shutDown(): void {
    const typ = OutgoingPacketType.InBandNoCompletion;
    const range = this.#endpoint.writeWhenRoom({ transactionId: 0, size: REQUEST_BYTES, typ });
    this.#request.set(OPERATION_SHUT_DOWN, 0, 0);
    range.writer(this.#endpoint.outgoing).write(this.#request.bytes);
    this.#endpoint.commitWrite();
  }

  #slotOf(request: number): Slot {
    return this.#slots[request % this.#slots.length]!;
  }

  #lengthOf(request: number): number {
    const { diskBytes, requestBytes } = this.#config;
    return Math.min(requestBytes, diskBytes - request * requestBytes);
  }
}

function createSlot(config: GuestConfig, index: number): Slot {
  const { buffers, bufferPages, requestBytes } = config;
  const pages = buffers.subarray(index * bufferPages, (index + 1) * bufferPages);
  const range = PagedRange.of((index % SECTORS_A_PAGE) * SECTOR_BYTES, requestBytes, pages);
  return { range, typ: OutgoingPacketType.GpaDirect([range]), completed: false };
}
