import { readSync } from 'node:fs';
import {
  ChannelError,
  type ChannelInspection,
  type GuestMemory,
  type MultiPagedRangeBuf,
  OutgoingPacketType,
  type PacketRef,
  type Queue,
  type QueuePacket,
  type ReadBatch,
  writeExternalData,
} from '../../index.ts';
import { EXIT_FAILED } from '../exit-codes.ts';
import { CommandError } from '../command-error.ts';
import {
  CompletionRecord,
  MAXIMUM_READ_BYTES,
  OPERATION_READ,
  REQUEST_BYTES,
  RequestRecord,
  STATUS_OUT_OF_RANGE,
  STATUS_SHORT_READ,
  STATUS_SUCCESS,
} from './disk-protocol.ts';
import { type ChannelPlace, openGuestMemory, openQueue } from './machine.ts';
import { SILENCE_MS } from './worker-link.ts';

/** What the host's worker is given. Of the guest's buffers it knows nothing but what requests say. */
export interface HostConfig {
  readonly place: ChannelPlace;
  /** Of the file that is the disk. Descriptors belong to the process, not to the thread that opened them. */
  readonly fileDescriptor: number;
  readonly diskBytes: number;
}

/** What the host says at the end. */
export interface HostResult {
  readonly channel: ChannelInspection;
}

/** Requests that are taken at once. Their completions are published together. */
const BATCH_REQUESTS = 8;

/** A read request, taken out of the ring and found to be in order. */
interface DiskRead {
  readonly transactionId: bigint;
  readonly offset: number;
  readonly lengthBytes: number;
  readonly ranges: MultiPagedRangeBuf;
}

/**
 * The host: serves a file as a disk, until the guest closes the channel. Of what the guest sends nothing is believed. What is
 * no proper request ends the run with an error; what asks for more than the disk has is completed with one.
 */
export class Host {
  readonly #config: HostConfig;
  readonly #silenceMs: number;
  readonly #memory: GuestMemory;
  readonly #queue: Queue;
  readonly #data: Uint8Array<ArrayBuffer> = new Uint8Array(MAXIMUM_READ_BYTES);
  readonly #request = new RequestRecord();
  readonly #completion = new CompletionRecord();
  #backToFront = false;

  /** Opens the host's end of the channel. `silenceMs` is how long it waits for the guest before it gives up. */
  constructor(config: HostConfig, silenceMs: number = SILENCE_MS) {
    this.#config = config;
    this.#silenceMs = silenceMs;
    this.#memory = openGuestMemory(config.place);
    this.#queue = openQueue(config.place, this.#memory, 'host');
  }

  /** Serves requests until the guest wants no more. */
  run(): HostResult {
    for (let batch = this.#nextBatch(); batch !== null; batch = this.#nextBatch()) {
      this.#serveBatch(this.#takeRequests(batch));
    }
    return { channel: this.#queue.inspect() };
  }

  close(): void {
    this.#queue.close();
  }

  /** Waits for requests. `null` when the guest has closed the channel. */
  #nextBatch(): ReadBatch | null {
    try {
      return this.#queue.readBatchSync(this.#silenceMs);
    } catch (error) {
      if (error instanceof ChannelError && error.code === 'PeerClosed') return null;
      throw error;
    }
  }

  /** Copies requests out of the ring, and gives their room back before any of them is served. */
  #takeRequests(batch: ReadBatch): DiskRead[] {
    const reads: DiskRead[] = [];
    for (const packet of batch) {
      reads.push(this.#takeRequest(packet));
      if (reads.length === BATCH_REQUESTS) break;
    }
    batch.commit();
    return reads;
  }

  #takeRequest(packet: PacketRef): DiskRead {
    const where = `the packet at ring offset ${packet.packet.offset}`;
    if (packet.payloadLength < REQUEST_BYTES) {
      throw new CommandError(EXIT_FAILED, `${where} is too short for a request`);
    }
    packet.reader().read(this.#request.bytes);
    const { operation, lengthBytes, offset } = this.#request;
    const { transactionId } = packet;
    if (operation !== OPERATION_READ || packet.typ.kind !== 'GpaDirect' || transactionId === null) {
      throw new CommandError(EXIT_FAILED, `${where} is no request: operation ${operation}`);
    }
    const ranges = packet.readExternalRanges();
    let rangeBytes = 0;
    for (const range of ranges) rangeBytes += range.length;
    if (rangeBytes !== lengthBytes || lengthBytes > MAXIMUM_READ_BYTES) {
      throw new CommandError(
        EXIT_FAILED,
        `transaction ${transactionId} reads ${lengthBytes} bytes into ranges of ${rangeBytes}`,
      );
    }
    return { transactionId, offset, lengthBytes, ranges };
  }

  /** Completes the reads, every other time back to front: guests must not count on an order, and this one gets none. */
  #serveBatch(reads: DiskRead[]): void {
    if (this.#backToFront) reads.reverse();
    this.#backToFront = !this.#backToFront;
    let batch = this.#queue.writeBatch();
    for (const read of reads) {
      const completion = this.#serve(read);
      if (batch.tryWrite(completion)) continue;
      // The guest makes no room before it sees the others.
      batch.commit();
      this.#queue.writeSync(completion, this.#silenceMs);
      batch = this.#queue.writeBatch();
    }
    batch.commit();
  }

  #serve({ transactionId, offset, lengthBytes, ranges }: DiskRead): QueuePacket {
    if (offset + lengthBytes > this.#config.diskBytes) {
      this.#completion.set(STATUS_OUT_OF_RANGE, 0);
    } else {
      const readBytes = this.#readFile(offset, lengthBytes);
      writeExternalData(ranges, this.#memory, this.#data.subarray(0, readBytes));
      this.#completion.set(readBytes === lengthBytes ? STATUS_SUCCESS : STATUS_SHORT_READ, readBytes);
    }
    return { payload: this.#completion.bytes, transactionId, typ: OutgoingPacketType.Completion };
  }

  /** Reads the file into `#data`. Returns how many bytes it had there. */
  #readFile(offset: number, lengthBytes: number): number {
    let done = 0;
    while (done < lengthBytes) {
      const bytes = readSync(this.#config.fileDescriptor, this.#data, done, lengthBytes - done, offset + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  }
}
