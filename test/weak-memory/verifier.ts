import { execFile } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Outcome, parseOutcome } from './outcome.ts';

const start = promisify(execFile);

/** Each variant, on a machine that does other things as well. */
const RUN_LIMIT_MS = 60_000;
const BUILD_LIMIT_MS = 120_000;
const MEMORY_LIMIT_MB = 2000;

/** Breadth first: what is found is the shortest way there, and no search is ever too deep. */
const OPTIONS = ['-O1', '-w', '-DSAFETY', '-DNOFAIR', '-DBFS', `-DMEMLIM=${MEMORY_LIMIT_MB}`] as const;

/** 2^20 slots at first, it grows: as many as pan takes by itself take longer to clear than most variants do to verify. */
const HASH_TABLE = '-w20';

/** What the environment tells a model: orders of accesses, and the shape of the ring. */
export type Choices = Readonly<Record<string, string | number>>;

interface Failure {
  readonly code?: string | number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly message: string;
}

/** Ends with this process, whatever becomes of it. What it wrote, or an error that says why not. */
async function run(command: readonly string[], cwd: string, limitMs: number, choices: Choices = {}): Promise<string> {
  const variables = Object.fromEntries(Object.entries(choices).map(([name, value]) => [name, String(value)]));
  try {
    const { stdout } = await start('setpriv', ['--pdeathsig', 'KILL', ...command], {
      cwd,
      env: { PATH: process.env['PATH'], ...variables },
      timeout: limitMs,
      killSignal: 'SIGKILL',
      maxBuffer: 64 << 20,
    });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Failure;
    const text = `${stdout}${stderr}`.trim();
    throw new Error(`${command.join(' ')} failed: ${message}\n${text}`, { cause: error });
  }
}

/** Throws, and says what to install, where one of them is not there. */
async function needTools(folder: string): Promise<void> {
  for (const tool of [
    ['spin', '-V'],
    ['gcc', '--version'],
  ] as const) {
    try {
      await run(tool, folder, BUILD_LIMIT_MS);
    } catch (error) {
      throw new Error(`${tool[0]} cannot be run: apt-get install spin gcc libc6-dev`, { cause: error });
    }
  }
}

/** One model, compiled once for all variants of it. */
export class Verifier {
  readonly #folder: string;
  readonly #model: string;
  #runs = 0;

  private constructor(folder: string, model: string) {
    this.#folder = folder;
    this.#model = model;
  }

  /** Of the model in `model`, a file beside this one. Writes within `folder`. */
  static async build(parent: string, model: string): Promise<Verifier> {
    const folder = join(parent, model);
    cpSync(import.meta.dirname, folder, {
      recursive: true,
      filter: (source) => source === import.meta.dirname || source.endsWith('.pml'),
    });
    await needTools(folder);
    await run(['spin', '-a', model], folder, BUILD_LIMIT_MS);
    await run(['gcc', ...OPTIONS, '-o', 'pan', 'pan.c'], folder, BUILD_LIMIT_MS);
    return new Verifier(folder, model);
  }

  /** Goes through all states of a variant, or up to the first one where something is wrong: with the steps that lead there, if `withTrail`. */
  async verify(choices: Choices, withTrail = false): Promise<Outcome & { readonly steps: readonly string[] }> {
    const own = join(this.#folder, `run-${this.#runs++}`);
    mkdirSync(own);
    const pan = join(this.#folder, 'pan');
    const outcome = parseOutcome(await run([pan, HASH_TABLE], own, RUN_LIMIT_MS, choices));
    if (outcome.kind === null || !withTrail) return { ...outcome, steps: [] };
    const replayed = await run([pan, HASH_TABLE, '-r', join(own, `${this.#model}.trail`)], own, RUN_LIMIT_MS, choices);
    return { ...outcome, steps: inWords(replayed) };
  }
}

const ORDERS = ['relaxed', 'acquire', 'release', 'seq_cst'];

/** What the model has printed, with the orders by name. */
function inWords(replayed: string): string[] {
  const lines = replayed.split('\n').filter((line) => /^(writer|reader): /.test(line));
  return lines.map((line) => line.replace(/order (\d)/, (_, order: string) => ORDERS[Number(order) - 1] ?? order));
}
