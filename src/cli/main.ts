#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { demoCommand } from './demo-command.ts';
import { EXIT_CLEAN, EXIT_UNUSABLE } from './exit-codes.ts';
import { inspectCommand } from './inspect-command.ts';
import { complain, endOnBrokenOutput } from './output.ts';
import { printable } from './printable.ts';
import { recvCommand, sendCommand } from './transfer-commands.ts';
import { watchCommand } from './watch-command.ts';

const HELP = `
Examples:
  $ vmbus-ring demo                      a guest reads a disk through a pair of rings
  $ vmbus-ring demo disk.img             the same with a disk of yours
  $ vmbus-ring inspect ring.bin          what a ring image holds
  $ vmbus-ring inspect --json ring.bin   the same for programs
  $ vmbus-ring send /dev/shm/r < file    bytes to another process, which says:
  $ vmbus-ring recv /dev/shm/r > copy
  $ vmbus-ring watch /dev/shm/r          what goes on in a ring that is in use
`;

/** The package's own version: two folders up from `src/cli` as from `dist/cli`. */
function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function createProgram(): Command {
  const program = new Command('vmbus-ring')
    .description('The VMBus ring buffer: watch it work, look into its memory.')
    .version(packageVersion())
    .addHelpText('after', HELP)
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      // It quotes what it was given, and that may be anything.
      outputError: (text, write) => write(text.split('\n').map(printable).join('\n')),
    })
    .exitOverride();
  for (const command of [demoCommand(), inspectCommand(), sendCommand(), recvCommand(), watchCommand()]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

endOnBrokenOutput();
try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what was wrong. It ends with 1 for that, which is another thing here.
    process.exitCode = error.exitCode === 0 ? EXIT_CLEAN : EXIT_UNUSABLE;
  } else {
    complain(error instanceof Error ? error.message : String(error));
    process.exitCode = EXIT_UNUSABLE;
  }
}
