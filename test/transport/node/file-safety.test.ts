// What somebody else may have put in the place of a channel's file, and what a path may be.
import assert from 'node:assert/strict';
import { existsSync, lchownSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import {
  createChannelFile,
  createSealedChannelFile,
  mapFile,
  openChannelFile,
} from '../../../src/transport/node/index.ts';
import { forgetAbsentPeer } from '../../../src/transport/node/processes/absent-peer.ts';
import { ChannelFiles, refused } from './channel-files.ts';

const folder = new ChannelFiles();
const before = process.cwd();
/** What it was: it can only be asked for by setting it. */
const umask = process.umask(0o022);
afterEach(() => {
  process.chdir(before);
  process.umask(umask);
});
after(() => folder.remove());

const SIZES = { ringBytes: 4096 };

/** A link at a free path: to `target`. */
function linkTo(target: string): string {
  const path = folder.freePath();
  symlinkSync(target, path);
  return path;
}

describe('a link in the place of a channel', () => {
  it('is followed where this user made it', () => {
    const link = linkTo(folder.created());
    openChannelFile(link, { end: 0 }).close();
    assert.equal(forgetAbsentPeer(link, 0, 0).found, 'nobody');
  });

  it('is refused where another user made it, and nothing is written', (t) => {
    // Only root can make another user's link.
    if (process.geteuid?.() !== 0) return t.diagnostic('not run: this is not root');
    const target = folder.created();
    const image = readFileSync(target);
    const link = linkTo(target);
    lchownSync(link, 12_345, 12_345);
    refused('WrongOwner', () => openChannelFile(link, { end: 0 }), /a link of user 12345/);
    refused('WrongOwner', () => openChannelFile(link, { end: 0, create: SIZES }), /a link of user 12345/);
    assert.equal(forgetAbsentPeer(link, 0, 0).found, 'nothing to use');
    assert.deepEqual(readFileSync(target), image);
    openChannelFile(link, { end: 0, anyOwner: true }).close();
  });

  it('of another user is refused where one of this user leads to it', (t) => {
    if (process.geteuid?.() !== 0) return t.diagnostic('not run: this is not root');
    const theirs = linkTo(folder.created());
    lchownSync(theirs, 12_345, 12_345);
    const ours = linkTo(theirs);
    refused('WrongOwner', () => openChannelFile(ours, { end: 0 }), /a link of user 12345/);
    assert.equal(forgetAbsentPeer(linkTo(basename(ours)), 0, 0).found, 'nothing to use');
  });

  it('may lead to another one, in a folder that is a link, and to what is only open', () => {
    const target = folder.created();
    const folderLink = linkTo(folder.path);
    openChannelFile(linkTo(`${basename(folderLink)}/./${basename(linkTo(target))}`), { end: 0 }).close();
    const file = createSealedChannelFile(SIZES);
    openChannelFile(linkTo(file.path), { end: 0 }).close();
    file.close();
  });

  it('that leads nowhere is not followed to make a file there', () => {
    const target = folder.freePath();
    const link = linkTo(target);
    refused('Exists', () => createChannelFile(link, SIZES));
    refused('SystemError', () => openChannelFile(link, { end: 0, create: SIZES }), /ENOENT/);
    assert.ok(!existsSync(target));
  });

  it('that leads to itself is an error', () => {
    const path = folder.freePath();
    symlinkSync(path, path);
    refused('SystemError', () => openChannelFile(path, { end: 0 }), /ELOOP/);
  });
});

describe('a path', () => {
  it('with a zero in it is refused, and nothing is made under a part of it', () => {
    const path = folder.freePath();
    const files = readdirSync(folder.path);
    for (const call of [
      () => createChannelFile(`${path}\0.txt`, SIZES),
      () => openChannelFile(`${path}\0.txt`, { end: 0, create: SIZES }),
      () => mapFile(`${path}\0.txt`),
    ]) {
      assert.throws(call, /zero|null bytes/);
    }
    assert.deepEqual(readdirSync(folder.path), files);
  });

  it('may be relative: the file stays open wherever the process goes', () => {
    process.chdir(folder.path);
    const path = basename(folder.freePath());
    createChannelFile(path, SIZES);
    const channel = openChannelFile(path, { end: 0 });
    process.chdir('/');
    assert.ok(existsSync(folder.file(path)));
    channel.close();
    refused('SystemError', () => openChannelFile(path, { end: 0 }), /ENOENT/);
  });
});

for (const mask of [0o000, 0o077, 0o777]) {
  it(`a channel's file is its owner's alone with a umask of 0${mask.toString(8)}`, () => {
    process.umask(mask);
    const path = folder.created();
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });
}
