import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readdirSync, readlinkSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { GuestImage } from './guest-image.ts';

/**
 * Where the guest's RAM lies: a file in /dev/shm, a memfd of QEMU's own, or a file of which QEMU has a private copy, so
 * that nobody else sees what the guest writes.
 */
export type RamKind = 'file' | 'memfd' | 'private';

/** A name for the guest, and a number. */
export type GuestOptions = Readonly<Record<string, number>>;

/** Far below the hole for devices: an address in the guest is an offset in the file. */
export const RAM_BYTES: number = 96 << 20;

const SHARED_MEMORY = '/dev/shm';

/** What boots fast, and says nothing but what is wrong. */
const KERNEL_OPTIONS =
  'console=ttyS0 quiet panic=-1 nokaslr mitigations=off tsc=reliable no_timer_check cryptomgr.notests ' +
  'random.trust_cpu=on pci=noaer';

/**
 * No devices but those that are named, and no KVM: the same machine everywhere. It has one processor and says that it could have two:
 * QEMU leaves the guest's memory barriers out where it takes the only processor for the only one that looks at its RAM. We do as well, and
 * of 100,000 wake-ups a few would be lost.
 */
const FIXED_ARGUMENTS =
  '-nodefaults -no-user-config -display none -nic none -no-reboot -cpu max -accel tcg,thread=multi ' +
  '-machine q35,memory-backend=ram -smp 1,maxcpus=2';

/** Descriptors of the child, in the order of `stdio` below: sockets, and the RAM. */
export const CONTROL = 3;
export const DOORBELL = 4;
export const CONSOLE = 5;
const RAM = 6;

/**
 * A file for the guest's RAM: open, and without a name, so that it is gone with the last who has it, whatever happens. Its pages are
 * taken as the guest touches them: that there would be room for all of them is checked, for QEMU would end by a SIGBUS.
 */
function openRamFile(): number {
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  if (bavail * bsize < RAM_BYTES) {
    throw new Error(`${SHARED_MEMORY} has ${bavail * bsize} bytes left, the guest's RAM takes up to ${RAM_BYTES}`);
  }
  const path = join(SHARED_MEMORY, `vmbus-ring-vm-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  ftruncateSync(file, RAM_BYTES);
  return file;
}

function ramArguments(ram: RamKind): string {
  const size = `id=ram,size=${RAM_BYTES}`;
  if (ram === 'memfd') return `memory-backend-memfd,${size},share=on`;
  return `memory-backend-file,${size},mem-path=/proc/self/fd/${RAM},share=${ram === 'file' ? 'on' : 'off'}`;
}

function qemuArguments({ kernel, initramfs }: GuestImage, ram: RamKind, options: GuestOptions): string[] {
  const forGuest = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const socket = (name: string, descriptor: number): string[] => ['-chardev', `socket,id=${name},fd=${descriptor}`];
  const port = (name: string, nr: number): string[] => ['-device', `virtserialport,chardev=${name},nr=${nr}`];
  return [
    FIXED_ARGUMENTS.split(' '),
    ['-m', `size=${RAM_BYTES >> 20}M`, '-object', ramArguments(ram)],
    ['-kernel', kernel, '-initrd', initramfs, '-append', [KERNEL_OPTIONS, ...forGuest].join(' ')],
    [socket('console', CONSOLE), '-serial', 'chardev:console', '-device', 'virtio-serial-pci'].flat(),
    [socket('control', CONTROL), port('control', 1), socket('doorbell', DOORBELL), port('doorbell', 2)].flat(),
  ].flat();
}

/**
 * Starts QEMU. Its sockets are inherited: no address, nothing to wait for, nothing to remove. It is killed by the kernel when the
 * thread that started it ends, however that comes about.
 */
export function startQemu(image: GuestImage, ram: RamKind, options: GuestOptions): ChildProcess {
  const file = ram === 'memfd' ? 'ignore' : openRamFile();
  try {
    return spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(image, ram, options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe', file],
    });
  } finally {
    if (file !== 'ignore') closeSync(file);
  }
}

/** Where to open the RAM of a machine that runs: a path to a descriptor of QEMU's. */
export function ramPathOf(pid: number, ram: RamKind): string {
  const descriptors = `/proc/${pid}/fd`;
  if (ram !== 'memfd') return `${descriptors}/${RAM}`;
  const found = readdirSync(descriptors).find((name) => {
    try {
      return readlinkSync(`${descriptors}/${name}`).startsWith('/memfd:memory-backend-memfd');
    } catch {
      return false; // closed meanwhile
    }
  });
  if (found === undefined) throw new Error(`process ${pid} has no memfd for a guest's RAM`);
  return `${descriptors}/${found}`;
}
