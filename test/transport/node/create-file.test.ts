import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { createByLinking, createFile } from '../../../src/transport/node/mapping/create-file.ts';
import { TestFolder } from '../../support/test-folder.ts';

const folder = new TestFolder();
after(() => folder.remove());

for (const create of [createFile, createByLinking]) {
  describe(create.name, () => {
    const path = folder.file(create.name);

    it('makes a file that nobody sees before it is whole', () => {
      create(path, (descriptor) => {
        assert.ok(!readdirSync(folder.path).includes(create.name));
        writeSync(descriptor, 'whole');
      });
      assert.equal(readFileSync(path, 'utf8'), 'whole');
      assert.equal(statSync(path).mode & 0o777, 0o600);
    });

    it('makes one of the longest name, and where `..` leads to behind a link', () => {
      mkdirSync(folder.file(`${create.name}-in`));
      mkdirSync(folder.file(`${create.name}-elsewhere/in`), { recursive: true });
      symlinkSync(folder.file(`${create.name}-elsewhere/in`), folder.file(`${create.name}-in/linked`));
      for (const name of ['n'.repeat(255), 'linked/../behind']) {
        create(`${folder.file(`${create.name}-in`)}/${name}`, (descriptor) => writeSync(descriptor, 'whole'));
      }
      assert.deepEqual(readdirSync(folder.file(`${create.name}-elsewhere`)).sort(), ['behind', 'in']);
    });

    it('replaces nothing', () => {
      const before = readdirSync(folder.path);
      assert.throws(() => create(path, () => {}), { name: 'MappedFileError', code: 'Exists', path });
      assert.equal(readFileSync(path, 'utf8'), 'whole');
      assert.deepEqual(readdirSync(folder.path), before);
    });

    it('leaves nothing behind where it fails', () => {
      const before = readdirSync(folder.path);
      const error = new Error('no');
      const fail = (): never => {
        throw error;
      };
      assert.throws(() => create(folder.file('failed'), fail), error);
      assert.deepEqual(readdirSync(folder.path), before);
    });

    it('says where there is no such folder, or none at all', () => {
      assert.throws(() => create(folder.file('no/such'), () => {}), { code: 'SystemError', errno: 'ENOENT' });
      writeFileSync(folder.file('file'), '');
      assert.throws(() => create(folder.file('file/x'), () => {}), { code: 'SystemError', errno: 'ENOTDIR' });
    });
  });
}
