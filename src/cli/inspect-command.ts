import { Command } from 'commander';
import { formatRingJson, formatRingText, RingImage } from '../inspect/index.ts';
import { EXIT_CLEAN, EXIT_CORRUPT, EXIT_UNUSABLE } from './exit-codes.ts';
import { FileError } from './file-error.ts';
import { readImageFile } from './image-file.ts';
import { complain, writeOutput } from './output.ts';
import { paintFor } from './paint.ts';

interface InspectOptions {
  readonly hex?: true;
  readonly json?: true;
  readonly history?: true;
}

const HELP = `
An image is a ring as it lies in memory: the 4096-byte control page, then all of the data.

Exit codes:
  0  the ring is clean; there may be warnings
  1  the ring is corrupt: packets up to the damage are shown, then what is wrong
  2  the image cannot be read, or is none

Examples:
  $ vmbus-ring inspect ring.bin
  $ vmbus-ring inspect --hex --history ring.bin | less
  $ vmbus-ring inspect --json - < ring.bin | jq '.packets[].transactionId'
`;

/** `vmbus-ring inspect IMAGE`. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('show what a ring image holds')
    .argument('<image>', 'file with a control page and the data of a ring; - is standard input')
    .option('--hex', 'show the payload of each packet')
    .option('--json', 'print one JSON document')
    .option('--history', 'show packets, too, that were consumed and are still there')
    .addHelpText('after', HELP)
    .action(inspect);
}

async function inspect(path: string, options: InspectOptions): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = await readImageFile(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    complain(error.message);
    process.exitCode = EXIT_UNUSABLE;
    return;
  }
  const image = new RingImage(bytes);
  // Known before the first line is out, so that it holds if the reader of the output leaves early.
  process.exitCode = image.summary().error === null ? EXIT_CLEAN : EXIT_CORRUPT;
  await writeOutput(options.json === true ? formatRingJson(image, options) : textOf(image, options));
}

function* textOf(image: RingImage, options: InspectOptions): Generator<string, void, undefined> {
  for (const line of formatRingText(image, { ...options, paint: paintFor(process.stdout) })) yield `${line}\n`;
}
