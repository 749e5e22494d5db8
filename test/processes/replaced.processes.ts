// What a path leads to is somebody else's to change at any time: what is checked is what was opened.
import assert from 'node:assert/strict';
import { chownSync, lchownSync, symlinkSync } from 'node:fs';
import { after, it } from 'node:test';
import { createChannelFile, MappedFileError, openChannelFile } from '../../src/transport/node/index.ts';
import { TestFolder } from '../support/test-folder.ts';
import { Program } from './program.ts';

/** Rings by their size: in a file of ours; in one of somebody else's; in ones of ours that lead there by a link of theirs, and by one of ours. */
const OURS = 4096;
const THEIRS = 8192;
const LINKED = 12_288;
const LINKED_BY_US = 16_384;
const STRANGER = 12_345;

const OPENINGS = 3000;

const folder = new TestFolder();
after(() => folder.remove());

function created(name: string, ringBytes: number): string {
  const path = folder.file(name);
  createChannelFile(path, { ringBytes });
  return path;
}

it('whatever is put in the place of a file while it is opened, the one of this user is opened or none', async (t) => {
  // Only root can make what belongs to others.
  if (process.geteuid?.() !== 0) return t.diagnostic('not run: this is not root');
  const path = folder.file('path');
  const [ours, theirs, linked] = [created('ours', OURS), created('theirs', THEIRS), created('linked', LINKED)];
  chownSync(theirs, STRANGER, STRANGER);
  const link = folder.file('link');
  symlinkSync(linked, link);
  lchownSync(link, STRANGER, STRANGER);
  const ourLink = folder.file('our-link');
  symlinkSync(created('linked-by-us', LINKED_BY_US), ourLink);
  const replacer = new Program('replacer.ts', [path, ours, theirs, link, ourLink, link], folder.file('output'));
  t.after(() => replacer.kill());
  await replacer.begun();

  const outcomes = new Map<string, number>();
  for (let i = 0; i < OPENINGS; i++) {
    let outcome: string;
    try {
      const channel = openChannelFile(path, { end: 0 });
      const ringBytes = channel.outgoing.maximumPacketSize() + 8;
      channel.close();
      assert.ok(ringBytes === OURS || ringBytes === LINKED_BY_US, `somebody else chose the file: ${ringBytes}`);
      outcome = ringBytes === OURS ? 'opened' : 'opened by our link';
    } catch (error) {
      if (!(error instanceof MappedFileError)) throw error;
      outcome = error.code;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  assert.ok(!replacer.hasEnded);
  t.diagnostic(JSON.stringify(Object.fromEntries(outcomes)));
  for (const outcome of ['opened', 'opened by our link', 'WrongOwner']) assert.ok(outcomes.has(outcome), outcome);
});
