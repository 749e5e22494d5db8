import { Command } from 'commander';
import {
  ChannelImage,
  formatChannelJson,
  formatChannelText,
  formatRingJson,
  formatRingText,
  isChannelImage,
  RingImage,
} from '../inspect/index.ts';
import { EXIT_CLEAN, EXIT_FAILED, EXIT_UNUSABLE } from './exit-codes.ts';
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
An image is a ring as it lies in memory: the 4096-byte control page, then all of the data. The file of a channel between
processes, which has two rings, is known by how it begins. Processes may be using the file: nothing is written, and nobody waits. What
is shown of such a ring is a good guess: packets that are consumed and overwritten while the file is read can look corrupt.

Exit codes:
  0  the ring, or both rings of the channel are clean; there may be warnings
  1  a ring is corrupt: packets up to the damage are shown, then what is wrong
  2  the image cannot be read, or is none

Examples:
  $ vmbus-ring inspect ring.bin
  $ vmbus-ring inspect --hex --history ring.bin | less
  $ vmbus-ring inspect --json - < ring.bin | jq '.packets[].transactionId'
  $ vmbus-ring inspect --json /dev/shm/channel | jq '.rings[].produced.packets'
`;

/** `vmbus-ring inspect IMAGE`. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('show what a ring image or the file of a channel holds')
    .argument('<image>', 'file with a control page and the data of a ring, or of a channel; - is standard input')
    .option('--hex', 'show the payload of each packet')
    .option('--json', 'print one JSON document')
    .option('--history', 'show packets, too, that were consumed and are still there')
    .addHelpText('after', HELP)
    .action(inspect);
}

async function inspect(path: string, options: InspectOptions): Promise<void> {
  let image: RingImage | ChannelImage;
  try {
    image = await readImage(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    complain(error.message);
    process.exitCode = EXIT_UNUSABLE;
    return;
  }
  const rings = image instanceof ChannelImage ? image.rings : [image];
  // Known before the first line is out, so that it holds if the reader of the output leaves early.
  process.exitCode = rings.every((ring) => ring.summary().error === null) ? EXIT_CLEAN : EXIT_FAILED;
  await writeOutput(options.json === true ? jsonOf(image, options) : textOf(image, options));
}

async function readImage(path: string): Promise<RingImage | ChannelImage> {
  const bytes = await readImageFile(path);
  if (!isChannelImage(bytes)) return new RingImage(bytes);
  const channel = ChannelImage.of(bytes);
  if (channel instanceof ChannelImage) return channel;
  throw new FileError(path === '-' ? 'standard input' : path, channel.message);
}

function jsonOf(image: RingImage | ChannelImage, options: InspectOptions): Iterable<string> {
  return image instanceof ChannelImage ? formatChannelJson(image, options) : formatRingJson(image, options);
}

function* textOf(image: RingImage | ChannelImage, options: InspectOptions): Generator<string, void, undefined> {
  const dressed = { ...options, paint: paintFor(process.stdout) };
  const lines = image instanceof ChannelImage ? formatChannelText(image, dressed) : formatRingText(image, dressed);
  for (const line of lines) yield `${line}\n`;
}
