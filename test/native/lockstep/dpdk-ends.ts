import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import type { Owner } from '../owner.ts';
import { PeerProcess } from '../peer-process.ts';
import type { RingFile } from '../ring-file.ts';
import { type Outcome, peerLine, type SentPacket } from './operation.ts';

/** For one operation. */
const ANSWER_LIMIT_MS = 20_000;

/** Both ends of the ring in a file, by DPDK, in a process that does one operation at a time. */
export class DpdkEnds {
  readonly #file: RingFile;
  readonly #peer: PeerProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(t: Owner, file: RingFile) {
    this.#file = file;
    this.#peer = new PeerProcess(t, ['lockstep', ...file.args], true);
    this.#answers = createInterface({ input: this.#peer.output })[Symbol.asyncIterator]();
  }

  /** Resolves when DPDK has opened the ring: it keeps `in` as it was then to itself. */
  static async open(t: Owner, file: RingFile): Promise<DpdkEnds> {
    const ends = new DpdkEnds(t, file);
    await ends.perform('look');
    return ends;
  }

  async write(packets: readonly SentPacket[]): Promise<Outcome> {
    let result = 'ok';
    let signal = false;
    for (const packet of packets) {
      const outcome = await this.perform(peerLine(packet));
      result = outcome.result;
      signal ||= outcome.signal;
      if (result !== 'ok') break;
    }
    return { result, signal, packets: [] };
  }

  async read(count: number): Promise<Outcome> {
    return await this.perform(`read ${count}`);
  }

  async receive(): Promise<Outcome> {
    return await this.perform('receive');
  }

  /** Opens both ends anew, at the indices that lie in the ring. */
  async reopen(): Promise<void> {
    await this.perform('reopen');
  }

  /** Has the peer perform one line, as test/native/peer/lockstep.h has them. */
  async perform(line: string): Promise<Outcome> {
    this.#peer.input.write(`${line}\n`);
    const late = setTimeout(() => this.#peer.signal('SIGKILL'), ANSWER_LIMIT_MS);
    const answer = await this.#answers.next();
    clearTimeout(late);
    if (answer.done === true) {
      await this.#peer.end();
      throw this.#peer.failure(`has not answered ${line}`);
    }
    const [words, ...packets] = answer.value.split(' | ');
    const [result, signal, ...control] = words!.split(' ');
    const { control: page } = this.#file;
    // What DPDK sees of the words is what lies there.
    assert.deepEqual(control.map(Number), [page[0], page[1], page[2], page[3], page[16]]);
    return { result: result!, signal: signal === '1', packets };
  }

  /** Ends the process, and throws unless it ends well. */
  async close(): Promise<void> {
    this.#peer.input.end();
    await this.#peer.end();
    this.#peer.checkWell();
  }
}
