import { GuestMemory, openGpadlChannel, Queue } from 'vmbus-ring';
import { type MappedFile, mapFile } from 'vmbus-ring/node';
import { PortSignal } from './port-signal.ts';
import type { Gpadl, VirtualMachine } from './virtual-machine.ts';

/** The host's end of the channel of a virtual machine. */
export interface HostEnd {
  readonly ram: MappedFile;
  readonly memory: GuestMemory;
  readonly signal: PortSignal;
  readonly queue: Queue;
  /** Closes the queue, and unmaps the guest's RAM. */
  close(): void;
}

/** Maps the guest's RAM, and opens the channel in the pages that it announced, or in others. */
export function openHostEnd(machine: VirtualMachine, gpadl: Gpadl = machine.gpadl): HostEnd {
  const ram = mapFile(machine.ramPath);
  const memory = GuestMemory.of(ram.bytes.buffer);
  const signal = new PortSignal(machine.doorbell);
  try {
    const queue = new Queue(openGpadlChannel({ memory, ...gpadl, side: 'host', signal }));
    const close = (): void => {
      queue.close();
      ram.close();
    };
    return { ram, memory, signal, queue, close };
  } catch (error) {
    ram.close();
    throw error;
  }
}
