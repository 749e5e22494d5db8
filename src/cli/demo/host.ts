import { readSync } from 'node:fs';
import {
  Empty,
  type GuestMemory,
  type IncomingPacket,
  type MultiPagedRangeBuf,
  OutgoingPacketType,
  PACKET_TYPE_GPA_DIRECT,
  PACKET_TYPE_IN_BAND,
  readGpaRanges,
} from '../../index.ts';
import { EXIT_CORRUPT } from '../exit-codes.ts';
import { DemoError } from './demo-error.ts';
import {
  COMPLETION_BYTES,
  CompletionRecord,
  MAXIMUM_READ_BYTES,
  OPERATION_READ,
  OPERATION_SHUT_DOWN,
  REQUEST_BYTES,
  RequestRecord,
  STATUS_OUT_OF_RANGE,
  STATUS_SHORT_READ,
  STATUS_SUCCESS,
} from './disk-protocol.ts';
import type { Endpoint, EndpointCounts } from './endpoint.ts';
import { type Channel, openGuestMemory } from './machine.ts';
import { openEndpoint, SLEEP_TIMEOUT_MS } from './open-endpoint.ts';

/** What the host's worker is given. Of the guest's buffers it knows nothing but what requests say. */
export interface HostConfig {
  readonly channel: Channel;
  /** Of the file that is the disk. Descriptors belong to the process, not to the thread that opened them. */
  readonly fileDescriptor: number;
  readonly diskBytes: number;
}

/** What the host says at the end. */
export interface HostResult {
  readonly counts: EndpointCounts;
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
 * The host: serves a file as a disk, until the guest shuts it down. Of what the guest sends nothing is believed. What is
 * no proper request ends the run with an error; what asks for more than the disk has is completed with one.
 */
export class Host {
  readonly #config: HostConfig;
  readonly #memory: GuestMemory;
  readonly #endpoint: Endpoint;
  readonly #data: Uint8Array<ArrayBuffer> = new Uint8Array(MAXIMUM_READ_BYTES);
  readonly #request = new RequestRecord();
  readonly #completion = new CompletionRecord();
  readonly #batch: DiskRead[] = [];
  #backToFront = false;
  #shutDown = false;

  /** Opens the host's ends of the rings. */
  constructor(config: HostConfig, timeoutMs: number = SLEEP_TIMEOUT_MS) {
    this.#config = config;
    this.#memory = openGuestMemory(config.channel);
    this.#endpoint = openEndpoint(config.channel, this.#memory, 'host', timeoutMs);
  }

  /** Serves requests until the guest wants no more. */
  run(): HostResult {
    while (!this.#shutDown) {
      this.#takeRequests();
      if (this.#batch.length === 0 && !this.#shutDown) this.#endpoint.wait(true, 0);
      else this.#serveBatch();
    }
    return { counts: this.#endpoint.counts };
  }

  /** Copies requests out of the ring, and gives their room back before any of them is served. */
  #takeRequests(): void {
    this.#batch.length = 0;
    while (this.#batch.length < BATCH_REQUESTS && !this.#shutDown) {
      const packet = this.#endpoint.read();
      if (packet === Empty) break;
      this.#takeRequest(packet);
    }
    this.#endpoint.commitRead();
  }

  #takeRequest(packet: IncomingPacket): void {
    const { incoming } = this.#endpoint;
    if (packet.payloadLength < REQUEST_BYTES) {
      throw new DemoError(EXIT_CORRUPT, `the packet at ring offset ${packet.offset} is too short for a request`);
    }
    packet.payload.reader(incoming).read(this.#request.bytes);
    const { operation, lengthBytes, offset } = this.#request;
    if (operation === OPERATION_SHUT_DOWN && packet.packetType === PACKET_TYPE_IN_BAND) {
      this.#shutDown = true;
      return;
    }
    const { transactionId } = packet;
    if (operation !== OPERATION_READ || packet.packetType !== PACKET_TYPE_GPA_DIRECT || transactionId === null) {
      throw new DemoError(
        EXIT_CORRUPT,
        `the packet at ring offset ${packet.offset} is no request: operation ${operation}`,
      );
    }
    const ranges = readGpaRanges(incoming, packet);
    let rangeBytes = 0;
    for (const range of ranges) rangeBytes += range.length;
    if (rangeBytes !== lengthBytes || lengthBytes > MAXIMUM_READ_BYTES) {
      throw new DemoError(
        EXIT_CORRUPT,
        `transaction ${transactionId} reads ${lengthBytes} bytes into ranges of ${rangeBytes}`,
      );
    }
    this.#batch.push({ transactionId, offset, lengthBytes, ranges });
  }

  /** Completes the batch, every other one back to front: guests must not count on an order, and this one gets none. */
  #serveBatch(): void {
    if (this.#backToFront) this.#batch.reverse();
    this.#backToFront = !this.#backToFront;
    for (const read of this.#batch) this.#serve(read);
    this.#endpoint.commitWrite();
  }

  #serve(read: DiskRead): void {
    const { offset, lengthBytes } = read;
    if (offset + lengthBytes > this.#config.diskBytes) {
      this.#complete(read, STATUS_OUT_OF_RANGE, 0);
      return;
    }
    const readBytes = this.#readFile(offset, lengthBytes);
    let done = 0;
    for (const range of read.ranges) {
      const piece = Math.min(range.length, readBytes - done);
      this.#memory.writeRange(range.subrange(0, piece), this.#data.subarray(done, done + piece));
      done += piece;
    }
    this.#complete(read, readBytes === lengthBytes ? STATUS_SUCCESS : STATUS_SHORT_READ, readBytes);
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

  #complete(read: DiskRead, status: number, lengthBytes: number): void {
    const { transactionId } = read;
    const range = this.#endpoint.writeWhenRoom({
      transactionId,
      size: COMPLETION_BYTES,
      typ: OutgoingPacketType.Completion,
    });
    this.#completion.set(status, lengthBytes);
    range.writer(this.#endpoint.outgoing).write(this.#completion.bytes);
  }
}
