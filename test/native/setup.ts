/** What `scripts/test-native.ts` tells the tests, through the environment. */
export interface NativeSetup {
  /** The program on the other side. */
  readonly peer: string;
  /** Whether that is ours, around DPDK: then it can be followed step by step, too. */
  readonly isDpdk: boolean;
  /** Where the files of the tests go: the script removes it at the end. */
  readonly folder: string;
  /** Packets each way. */
  readonly packetCount: number;
}

/** The setup as variables of the environment. */
export function setupVariables({ peer, isDpdk, folder, packetCount }: NativeSetup): Record<string, string> {
  return {
    VMBUS_RING_PEER: peer,
    VMBUS_RING_PEER_IS_DPDK: isDpdk ? 'yes' : 'no',
    VMBUS_RING_PEER_FOLDER: folder,
    VMBUS_RING_PEER_PACKETS: String(packetCount),
  };
}

function variable(name: string): string {
  const value = process.env[name] ?? '';
  if (value === '') throw new Error(`${name} is not set: run these tests by npm run test:native`);
  return value;
}

/** The setup that this process was given. */
export function readSetup(): NativeSetup {
  return {
    peer: variable('VMBUS_RING_PEER'),
    isDpdk: variable('VMBUS_RING_PEER_IS_DPDK') === 'yes',
    folder: variable('VMBUS_RING_PEER_FOLDER'),
    packetCount: Number(variable('VMBUS_RING_PEER_PACKETS')),
  };
}
