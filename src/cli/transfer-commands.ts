import { Command } from 'commander';
import { describeRange, takeNumber } from './number-option.ts';
import { RECEIVER, SENDER } from './transfer/ends.ts';
import { runTransfer, type TransferOptions } from './transfer/run-transfer.ts';

const RING_KIB = { minimum: 4, maximum: 1 << 20, multipleOf: 4 };
const DEFAULT_RING_KIB = 1024;

const ABOUT = [
  'RING is the file of a channel between processes, best under /dev/shm, where files are memory. Whoever comes first makes it, with mode 0600,',
  'and removes it when it is done; the other one finds it. Only one sender and one receiver at a time can have it. vmbus-ring watch RING',
  'shows what goes on.',
];

const ON_A_TERMINAL = [
  'On a terminal, what comes is shown as text: control characters but line feeds and tabs are spelled out, so that the sender cannot write to the',
  'terminal. Into a file or a pipe every byte goes as it is: vmbus-ring recv RING | cat',
];

const EXIT_CODES = [
  "  2    RING cannot be used: no channel, of another version, another user's, in use; there is no room for it",
  '  129, 130, 143  ended by SIGHUP, Ctrl-C, SIGTERM',
];

const SEND_HELP = helpOf(
  ABOUT,
  ['  0    the receiver has read everything', '  1    the receiver closed its end or died before that'],
  ['  $ vmbus-ring send /dev/shm/ring < disk.img', '  $ tar c folder | vmbus-ring send --ring-kib 4096 /dev/shm/ring'],
);

const RECV_HELP = helpOf(
  [...ABOUT, '', ...ON_A_TERMINAL],
  [
    '  0    the stream came to its end, or nobody takes the output any more',
    '  1    the sender closed its end or died before that; what had come is written out',
  ],
  ['  $ vmbus-ring recv /dev/shm/ring > disk.img', '  $ vmbus-ring recv /dev/shm/ring | tar x'],
);

function helpOf(about: readonly string[], exitCodes: readonly string[], examples: readonly string[]): string {
  const lines = ['', ...about, '', 'Exit codes:', ...exitCodes, ...EXIT_CODES, '', 'Examples:', ...examples, ''];
  return lines.join('\n');
}

/** `vmbus-ring send RING`. */
export function sendCommand(): Command {
  return transferCommand('send', 'send standard input through a ring to another process', SENDER, SEND_HELP);
}

/** `vmbus-ring recv RING`. */
export function recvCommand(): Command {
  return transferCommand('recv', 'write what another process sends to standard output', RECEIVER, RECV_HELP);
}

function transferCommand(name: string, description: string, end: 0 | 1, help: string): Command {
  return new Command(name)
    .description(description)
    .argument('<ring>', 'file of the channel; it need not be there yet')
    .option(
      '--ring-kib <n>',
      `data of each ring, where the file is made: ${describeRange(RING_KIB)}`,
      takeNumber(RING_KIB),
      DEFAULT_RING_KIB,
    )
    .option('--keep', 'leave the file there')
    .addHelpText('after', help)
    .action((path: string, options: TransferOptions) => runTransfer(path, end, options));
}
