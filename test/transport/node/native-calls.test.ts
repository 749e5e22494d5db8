import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import {
  chooseNativeCalls,
  type NativeCalls,
  type NativeCallsName,
} from '../../../src/transport/node/ffi/native-calls.ts';
import { SYSCALL } from '../../../src/transport/node/ffi/syscall-numbers.ts';
import { MappedFileError } from '../../../src/transport/node/index.ts';
import { TestFolder } from '../../support/test-folder.ts';

const NAMES: readonly NativeCallsName[] = ['koffi', 'node:ffi', 'bun:ffi', 'Deno.dlopen'];

/** `NodeJS.ErrnoException`'s EBADF and ENOSPC, as numbers. */
const EBADF = 9;

const folder = new TestFolder();
after(() => folder.remove());

/** All that this runtime has. */
function available(): NativeCalls[] {
  return NAMES.flatMap((name) => {
    try {
      return [chooseNativeCalls([name])];
    } catch (error) {
      assert.ok(error instanceof MappedFileError);
      assert.equal(error.code, 'Unsupported');
      return [];
    }
  });
}

describe('native code', () => {
  it('can be called in at least one way here', () => {
    assert.ok(available().length > 0);
  });

  it('that is not to be had is named, with what there would be to do', () => {
    assert.throws(() => chooseNativeCalls([]), {
      name: 'MappedFileError',
      code: 'Unsupported',
      message: /npm install koffi/,
    });
    const other = 'Deno' in globalThis ? 'bun:ffi' : 'Deno.dlopen';
    assert.throws(() => chooseNativeCalls([other]), { code: 'Unsupported', message: /this is not (Deno|Bun)/ });
  });

  it('is called where the system is known, and nowhere else', () => {
    for (const [platform, arch] of [
      ['darwin', 'arm64'],
      ['win32', 'x64'],
      ['linux', 'ia32'],
      ['linux', 's390x'],
    ] as const) {
      assert.throws(() => chooseNativeCalls(NAMES, { platform, arch }), {
        code: 'Unsupported',
        message: new RegExp(`this is ${platform} on ${arch}`),
      });
    }
  });

  for (const calls of available()) {
    it(`${calls.name}: maps memory and views it twice`, () => {
      const address = calls.syscall(SYSCALL.mmap, [0, 8192, 3, 0x22, -1, 0]);
      assert.ok(address > 0 && address % 4096 === 0);
      const first = new Int32Array(calls.view(address, 8192));
      const second = new Int32Array(calls.view(address + 4096, 4096));
      first[1024] = -5;
      assert.equal(Atomics.add(second, 0, 7), -5);
      assert.equal(first[1024], 2);
      assert.ok(!(first.buffer instanceof SharedArrayBuffer));
    });

    it(`${calls.name}: says what failed`, () => {
      assert.equal(calls.syscall(SYSCALL.mmap, [0, 4096, 3, 1, 123_456, 0]), -1);
      assert.equal(calls.errno(), EBADF);
      assert.equal(calls.posixFallocate(123_456, 0, 4096), EBADF);
    });

    it(`${calls.name}: allocates a file`, () => {
      const descriptor = openSync(folder.file(calls.name.replace(':', '-')), 'w+');
      assert.equal(calls.posixFallocate(descriptor, 4096, 8192), 0);
      assert.equal(fstatSync(descriptor).size, 12_288);
      closeSync(descriptor);
    });

    if (calls.syscallAsync !== null) {
      it(`${calls.name}: calls without blocking`, async () => {
        // A futex that is not what is said: EAGAIN, at once.
        const address = calls.syscall(SYSCALL.mmap, [0, 4096, 3, 0x22, -1, 0]);
        assert.equal(await calls.syscallAsync!(SYSCALL.futex, [address, 0, 1, 0, 0, 0]), -1);
        // Nobody sleeps there: nobody is woken.
        assert.equal(await calls.syscallAsync!(SYSCALL.futex, [address, 1, 1, 0, 0, 0]), 0);
      });
    }
  }
});
