import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { vectorPath } from '../support/vectors.ts';
import { runCommand, SHELL_COMMAND } from './run-command.ts';

const PACKAGE = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

describe('vmbus-ring', () => {
  it('says its version', () => {
    assert.deepEqual(runCommand(['--version']), { exitCode: 0, stdout: `${PACKAGE.version}\n`, stderr: '' });
  });

  it('explains itself, with its commands and examples', () => {
    const { exitCode, stdout, stderr } = runCommand(['--help']);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Usage: vmbus-ring /);
    for (const name of ['demo', 'inspect', 'send', 'recv', 'watch'])
      assert.match(stdout, new RegExp(`\\n {2}${name} `));
    assert.match(stdout, /\nExamples:\n/);
    assert.equal(stderr, '');
  });

  it('explains each command', () => {
    const { exitCode, stdout } = runCommand(['inspect', '--help']);
    assert.equal(exitCode, 0);
    for (const word of ['<image>', '--hex', '--json', '--history', 'Exit codes:', 'Examples:']) {
      assert.ok(stdout.includes(word), word);
    }
    for (const name of ['demo', 'send', 'recv', 'watch']) {
      const help = runCommand([name, '--help']);
      assert.equal(help.exitCode, 0);
      assert.match(help.stdout, /\nExit codes:\n {2}0 [^]*\nExamples:\n {2}\$ vmbus-ring /);
    }
  });

  for (const [what, args, message] of [
    ['no command', [], /^Usage: vmbus-ring /],
    ['an unknown command', ['inspekt'], /error: unknown command 'inspekt'\n\(Did you mean inspect\?\)/],
    ['an unknown option', ['--nope'], /error: unknown option '--nope'/],
    ['an unknown option of a command', ['inspect', '--nope', 'x'], /error: unknown option '--nope'/],
    ['an unknown option of the demo', ['demo', '--nope'], /error: unknown option '--nope'/],
    ['an argument missing', ['inspect'], /error: missing required argument 'image'/],
    ['an argument too many', ['inspect', 'a', 'b'], /error: too many arguments for 'inspect'/],
  ] as const) {
    it(`refuses ${what} with exit code 2`, () => {
      const { exitCode, stdout, stderr } = runCommand(args);
      assert.equal(exitCode, 2);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n {4}at /, 'a stack trace');
    });
  }

  it('says so if its output cannot be written', () => {
    const script = `${SHELL_COMMAND} inspect "$1" > /dev/full`;
    const path = vectorPath('linux-4k-wrapped.ring');
    const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', path], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /^vmbus-ring: cannot write to standard output: ENOSPC[^\n]*\n$/);
  });
});
