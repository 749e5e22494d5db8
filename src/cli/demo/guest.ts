import { createHash, type Hash } from 'node:crypto';
import {
  type ChannelInspection,
  type GuestMemory,
  OutgoingPacketType,
  PagedRange,
  type PacketRef,
  packetSize,
  type Queue,
  type QueuePacket,
} from '../../index.ts';
import { EXIT_FAILED } from '../exit-codes.ts';
import { CommandError } from '../command-error.ts';
import {
  COMPLETION_BYTES,
  CompletionRecord,
  OPERATION_READ,
  RequestRecord,
  STATUS_SUCCESS,
  statusName,
} from './disk-protocol.ts';
import { type ChannelPlace, openGuestMemory, openQueue } from './machine.ts';
import { SILENCE_MS } from './worker-link.ts';

/** What the guest's worker is given. */
export interface GuestConfig {
  readonly place: ChannelPlace;
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
  readonly channel: ChannelInspection;
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
  readonly #silenceMs: number;
  readonly #memory: GuestMemory;
  readonly #queue: Queue;
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
  #lastCompleted = -1;
  #completionsOutOfOrder = 0;

  /** Opens the guest's end of the channel. `silenceMs` is how long it waits for the host before it gives up. */
  constructor(config: GuestConfig, silenceMs: number = SILENCE_MS) {
    this.#config = config;
    this.#silenceMs = silenceMs;
    this.#memory = openGuestMemory(config.place);
    this.#queue = openQueue(config.place, this.#memory, 'guest');
    this.#slots = Array.from({ length: config.inFlight }, (_, i) => createSlot(config, i));
    this.#total = Math.ceil(config.diskBytes / config.requestBytes);
    this.#data = new Uint8Array(config.requestBytes);
    this.#progress = new BigInt64Array(config.progress);
  }

  /** Reads the whole disk. */
  run(): GuestResult {
    const start = performance.now();
    while (this.#hashed < this.#total) {
      const neededBytes = this.#sendRequests();
      this.#takeCompletions();
      if (!this.#hashCompleted()) this.#wait(neededBytes);
    }
    const sha256 = this.#hash.digest('hex');
    const elapsedMs = performance.now() - start;
    return { sha256, elapsedMs, completionsOutOfOrder: this.#completionsOutOfOrder, channel: this.#queue.inspect() };
  }

  /** Lets the host end as well. */
  close(): void {
    this.#queue.close();
  }

  /**
   * Sends as many requests as there are free buffers and room for. Returns what the next one needs on the ring where there was
   * no room for it, else 0.
   */
  #sendRequests(): number {
    const limit = Math.min(this.#total, this.#hashed + this.#config.inFlight);
    const batch = this.#queue.writeBatch();
    let neededBytes = 0;
    while (this.#next < limit && neededBytes === 0) {
      const packet = this.#requestPacket(this.#next);
      if (batch.tryWrite(packet)) this.#slotOf(this.#next++).completed = false;
      else neededBytes = packetSize(packet);
    }
    batch.commit();
    return neededBytes;
  }

  #requestPacket(request: number): QueuePacket {
    const { requestBytes } = this.#config;
    const lengthBytes = this.#lengthOf(request);
    const { range, typ } = this.#slotOf(request);
    this.#request.set(OPERATION_READ, lengthBytes, request * requestBytes);
    return {
      payload: this.#request.bytes,
      // Never 0, which Hyper-V does not answer, and never used twice.
      transactionId: request + 1,
      typ: lengthBytes === requestBytes ? typ : OutgoingPacketType.GpaDirect([range.subrange(0, lengthBytes)]),
    };
  }

  /** Takes all completions that are there. */
  #takeCompletions(): void {
    const batch = this.#queue.tryReadBatch();
    if (batch === null) return;
    for (const packet of batch) this.#takeCompletion(packet);
    batch.commit();
  }

  /**
   * Waits for room, if that is what the next request lacks, else for a completion. The host never waits for the guest
   * meanwhile: all completions were just taken, and those of the requests in a full ring fit in the other one.
   */
  #wait(neededBytes: number): void {
    const { reader, writer } = this.#queue;
    if (neededBytes === 0) reader.waitReadySync(this.#silenceMs);
    else writer.waitReadySync(neededBytes, this.#silenceMs);
  }

  #takeCompletion(packet: PacketRef): void {
    if (packet.typ.kind !== 'Completion' || packet.payloadLength < COMPLETION_BYTES) {
      throw new CommandError(EXIT_FAILED, `the packet at ring offset ${packet.packet.offset} is no completion`);
    }
    const transactionId = Number(packet.transactionId);
    const request = transactionId - 1;
    if (request < this.#hashed || request >= this.#next || this.#slotOf(request).completed) {
      throw new CommandError(
        EXIT_FAILED,
        `there is a completion of transaction ${transactionId}, which is not under way`,
      );
    }
    packet.reader().read(this.#completion.bytes);
    const { status, lengthBytes } = this.#completion;
    const wanted = this.#lengthOf(request);
    if (status !== STATUS_SUCCESS || lengthBytes !== wanted) {
      const where = `${wanted} bytes at ${request * this.#config.requestBytes}`;
      throw new CommandError(
        EXIT_FAILED,
        `reading ${where} of the disk gave ${lengthBytes} bytes: ${statusName(status)}`,
      );
    }
    if (request < this.#lastCompleted) this.#completionsOutOfOrder++;
    this.#lastCompleted = Math.max(request, this.#lastCompleted);
    this.#slotOf(request).completed = true;
  }

  /** Hashes what comes next on the disk, as far as it is there, and no more than a batch. False if nothing is. */
  #hashCompleted(): boolean {
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
    return batchBytes !== 0;
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
