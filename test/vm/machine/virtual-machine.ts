import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { end, hasEnded, kill } from '../../support/child.ts';
import type { GuestImage } from './guest-image.ts';
import { LinePort } from './line-port.ts';
import { CONSOLE, CONTROL, DOORBELL, type GuestOptions, type RamKind, ramPathOf, startQemu } from './qemu.ts';

/** Booting by software emulation, on a machine that has other things to do. */
const BOOT_LIMIT_MS = 60_000;

/** The longest of what the guest is asked for. It gives up before that. */
const ANSWER_LIMIT_MS = 60_000;

/** What is kept of a console that says too much. */
const CONSOLE_CHARACTERS = 8192;

/** What the guest can be asked for: see the head of `guest/init.c`. */
export type GuestTask = 'exchange' | 'duplex' | 'requests' | 'compact';

/** What the guest says when it is done. */
export interface TaskReport {
  readonly microseconds: number;
  /** By the guest. */
  readonly doorbellsRung: number;
  readonly doorbellsHeard: number;
}

/** Which pages of the guest hold the rings, as `openGpadlChannel` takes it. */
export interface Gpadl {
  readonly pages: readonly bigint[];
  readonly secondRingPage: number;
}

/** What is to be started. */
export interface MachineOptions {
  readonly image: GuestImage;
  /** `'file'` if left out. */
  readonly ram?: RamKind | undefined;
  readonly guest: GuestOptions;
  /** A minute if left out. */
  readonly bootLimitMs?: number | undefined;
}

/** The last of what came out of a stream. */
class Tail {
  #text = '';

  constructor(stream: Readable) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      this.#text = (this.#text + text).slice(-CONSOLE_CHARACTERS);
    });
    stream.on('error', () => {});
  }

  get text(): string {
    return this.#text.trim();
  }
}

/**
 * A Linux guest under QEMU, as a host sees it: RAM, a doorbell, a list of pages. It knows nothing of rings.
 *
 * Whoever boots one closes it. If the process ends before that, the machine is gone as well, and leaves nothing behind.
 */
export class VirtualMachine {
  /** QEMU's process. */
  readonly pid: number;
  /** Where to map the guest's RAM from, as long as the machine runs. */
  readonly ramPath: string;
  readonly gpadl: Gpadl;
  /** A byte each way is a signal. */
  readonly doorbell: Duplex;
  readonly #qemu: ChildProcess;
  readonly #control: LinePort;

  private constructor(qemu: ChildProcess, control: LinePort, ramPath: string, gpadl: Gpadl) {
    this.pid = qemu.pid!;
    this.ramPath = ramPath;
    this.gpadl = gpadl;
    this.doorbell = socketOf(qemu, DOORBELL);
    this.#qemu = qemu;
    this.#control = control;
  }

  /** Starts a guest, and waits until it has announced its rings. What the console said is in the error if it does not. */
  static async boot(options: MachineOptions): Promise<VirtualMachine> {
    const { image, guest, ram = 'file', bootLimitMs = BOOT_LIMIT_MS } = options;
    const qemu = startQemu(image, ram, guest);
    const complaints = new Tail(qemu.stderr!);
    const console = new Tail(socketOf(qemu, CONSOLE));
    const control = new LinePort(socketOf(qemu, CONTROL));
    socketOf(qemu, DOORBELL).on('error', () => {}); // the end of the process says more
    const said = (): string => `\n${complaints.text}\n${console.text}`.trimEnd();
    qemu.on('error', (error) => control.fail(error));
    qemu.on('close', (code, signal) => {
      control.fail(new Error(`the virtual machine has ended: ${signal ?? `exit code ${code}`}${said()}`));
    });
    try {
      const line = await control.next(bootLimitMs);
      return new VirtualMachine(qemu, control, ramPathOf(qemu.pid!, ram), parseGpadl(line));
    } catch (error) {
      // Once it has ended, the error says all that there was.
      const rest = hasEnded(qemu) ? '' : said();
      await kill(qemu);
      throw new Error(`the guest did not boot: ${(error as Error).message}${rest}`, { cause: error });
    }
  }

  /** Has the guest do something, and waits until it has done it: meanwhile the host does its part. */
  async ask(task: GuestTask): Promise<TaskReport> {
    this.#control.send(task);
    const line = await this.#control.next(ANSWER_LIMIT_MS);
    const match = /^done (\d+) (\d+) (\d+)$/.exec(line);
    if (match === null) throw new Error(`the guest, asked for ${task}: ${line}`);
    const [microseconds = 0, doorbellsRung = 0, doorbellsHeard = 0] = match.slice(1).map(Number);
    return { microseconds, doorbellsRung, doorbellsHeard };
  }

  /** Has the guest stop, and waits until the machine has ended: its exit code. */
  async end(): Promise<number | null> {
    this.#control.send('end');
    await end(this.#qemu);
    return this.#qemu.exitCode;
  }

  /** Ends the machine, whatever it does. */
  close(): Promise<void> {
    return kill(this.#qemu);
  }
}

function parseGpadl(line: string): Gpadl {
  const match = /^gpadl (\d+)((?: [0-9a-f]+)+)$/.exec(line);
  if (match === null) throw new Error(`the guest begins with: ${line}`);
  const pages = match[2]!.trim().split(' ');
  return { secondRingPage: Number(match[1]), pages: pages.map((page) => BigInt(`0x${page}`)) };
}

/** Of the sockets that QEMU inherited, our end of one. (The types know of five streams.) */
function socketOf(qemu: ChildProcess, descriptor: number): Duplex {
  return (qemu.stdio as readonly unknown[])[descriptor] as Duplex;
}
