// What the command prints of names and bytes that are meant for the terminal: nothing that a terminal would obey, on one or not.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { OutgoingPacketType, OutgoingRing, sendFrom, SingleMappedRingMem } from '../../src/index.ts';
import { SHELL_COMMAND } from '../cli/run-command.ts';
import { startCommand } from '../cli/start-command.ts';
import { TestFolder } from '../support/test-folder.ts';

const LIMIT_MS = 60_000;

/** Sets the title, clears the screen, colours, by 7-bit and 8-bit controls; turns text around, hides it, goes back over the line. */
const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\u2066\u200b\u00ad\u3164\ufeff\u007f\b\r';

const folder = new TestFolder();
after(() => folder.remove());

/** A file whose name is hostile. */
function named(name: string, bytes: Uint8Array): string {
  const path = folder.file(`${name}-${HOSTILE}\n`);
  writeFileSync(path, bytes);
  return path;
}

/** The image of a ring whose packet says the same. */
function hostileImage(): Uint8Array {
  const memory = new SingleMappedRingMem(new Uint8Array(8192));
  const ring = new OutgoingRing(memory);
  const payload = new TextEncoder().encode(HOSTILE.repeat(8));
  const packet = { transactionId: 7n, size: payload.length, typ: OutgoingPacketType.InBandWithCompletion };
  sendFrom(ring, ring.outgoing(), packet, payload);
  return memory.bytes;
}

const ESCAPE = String.fromCharCode(0x1b);

/** What the command's own colours, screen and progress are made of: colours, places, clearing; the cursor, the other screen, wrapping. */
const OWN_SEQUENCES: RegExp = new RegExp(
  `${ESCAPE}(?:[78]|\\[(?:\\d+(?:;\\d+)*m|\\d*[AGHJK]|\\?(?:7|25|1049)[hl]))`,
  'g',
);

function checkHarmless(text: string, what: string): void {
  const found = /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.exec(text);
  const around = JSON.stringify(text.slice(Math.max(0, (found?.index ?? 0) - 40), (found?.index ?? 0) + 40));
  assert.equal(found, null, `${what}: ${around}`);
}

const image = named('image', hostileImage());
const junk = named('junk', new TextEncoder().encode(HOSTILE));
const missing = folder.file(`missing-${HOSTILE}`);

const COMMANDS: readonly (readonly string[])[] = [
  ['inspect', '--hex', '--history', image],
  ['inspect', '--hex', '--json', image],
  ['inspect', junk],
  ['inspect', missing],
  ['watch', '--count', '1', image],
  ['watch', '--count', '1', '--json', image],
  ['watch', '--count', '1', missing],
  ['demo', junk],
  ['demo', '--json', junk],
  ['demo', missing],
  ['send', junk],
  ['recv', junk],
  ['send', `${missing}/x`],
  ['recv', '--ring-kib', HOSTILE, missing],
  [`--${HOSTILE}`],
  [HOSTILE],
  ['inspect', `--${HOSTILE}`, image],
];

/** Those that look different on a terminal. */
const ON_TERMINALS: readonly (readonly string[])[] = [
  ['inspect', '--hex', image],
  ['watch', '--count', '1', image],
  ['demo', junk],
  ['send', junk],
  ['recv', missing, `--${HOSTILE}`],
];

function described(args: readonly string[]): string {
  return JSON.stringify(
    args.map((text) => text.replaceAll(folder.path, '').replaceAll(HOSTILE, '<hostile>')).join(' '),
  );
}

describe('into a pipe, nothing but text and line feeds comes', () => {
  for (const args of COMMANDS) {
    it(described(args), async () => {
      const { stdout, stderr } = await startCommand(args, new Uint8Array()).ended;
      assert.notEqual(stdout.length + stderr.length, 0);
      checkHarmless(stdout.toString(), 'standard output');
      checkHarmless(stderr, 'standard error');
    });
  }
});

/** What a terminal is given by the command in it. */
async function onTerminal(args: readonly string[], meanwhile: () => Promise<void> = async () => {}): Promise<string> {
  const quoted = args.map((text) => `'${text.replaceAll("'", `'\\''`)}'`).join(' ');
  const shell = `stty -echo -opost rows 40 cols 400; exec ${SHELL_COMMAND} ${quoted}`;
  const options = {
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, TERM: 'xterm-256color' },
  } as const;
  const child = spawn('script', ['--quiet', '--return', '--command', shell, '/dev/null'], options);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close');
  await meanwhile();
  await ended;
  return output;
}

describe('on a terminal, besides that, nothing but the sequences of its own comes', () => {
  for (const args of ON_TERMINALS) {
    it(described(args), async () => {
      const output = await onTerminal(args);
      assert.notEqual(output, '');
      checkHarmless(output.replaceAll(OWN_SEQUENCES, '').replaceAll(/\r\n?/g, '\n'), 'the terminal');
    });
  }

  it('recv shows what comes as text', async () => {
    const ring = folder.file('ring');
    const text = `one\n\ttwo ${HOSTILE} ångström\n`;
    const output = await onTerminal(['recv', ring], async () => {
      await delay(10);
      const { exitCode, stderr } = await startCommand(['send', ring], new TextEncoder().encode(text)).ended;
      assert.equal(exitCode, 0, stderr);
    });
    assert.ok(output.includes('one\n\ttwo \\u{1b}]0;owned\\u{7}\\u{1b}[2J\\u{9b}31m\\u{202e}'), JSON.stringify(output));
    assert.ok(output.includes('ångström\n'), JSON.stringify(output));
    checkHarmless(output.replaceAll('\t', ''), 'the terminal');
  });

  it('recv shows all of what comes, also what a text does not begin or end with', async () => {
    const ring = folder.file('ring');
    const output = await onTerminal(['recv', ring], async () => {
      await delay(10);
      const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xe2, 0x82);
      assert.equal((await startCommand(['send', ring], bytes).ended).exitCode, 0);
    });
    assert.ok(output.includes('\\u{feff}a\ufffd'), JSON.stringify(output));
  });

  it('recv writes every byte as it is where it is no terminal', async () => {
    const ring = folder.file('ring');
    const bytes = new Uint8Array([...new TextEncoder().encode(HOSTILE), 0, 0xff, 0xfe]);
    const receiver = startCommand(['recv', ring]);
    assert.equal((await startCommand(['send', ring], bytes).ended).exitCode, 0);
    assert.deepEqual(new Uint8Array((await receiver.ended).stdout), bytes);
  });
});
