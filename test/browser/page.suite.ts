import { ChannelError, createChannelPair, createDoorbell, openChannel } from '../../src/index.ts';
import { equal, ok, thrownBy, throws } from '../suites/assert.ts';
import type { Define, Suite } from '../suites/suite.ts';
import { WEB } from './web-scope.ts';

const NOT_ISOLATED = { name: 'TypeError', message: /cross-origin isolated/ };

/** The smallest WebAssembly module: none at all. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

interface WasmScope {
  readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };
}

function compile(): object {
  const { Module } = (globalThis as unknown as WasmScope).WebAssembly;
  return new Module(EMPTY_MODULE);
}

function definePlain(test: Define): void {
  test('what needs shared memory says why there is none', () => {
    throws(() => createChannelPair({ ringBytes: 4096 }), NOT_ISOLATED);
    throws(() => createDoorbell(), NOT_ISOLATED);
  });

  test('what cannot be a handle is refused', () => {
    const handle = { kind: 'vmbus-ring/channel', version: 1, end: 0, memory: new ArrayBuffer(65536), doorbells: [] };
    const error = thrownBy(() => openChannel(handle as never));
    ok(error instanceof ChannelError);
    equal(error.code, 'InvalidHandle');
  });
}

/** That the page, and its workers, are what they are meant to be: the first folder of their address says what. */
export const pageSuite: Suite = {
  name: 'page',
  define(test) {
    const [, kind] = new URL(WEB.location.href).pathname.split('/');
    const isolated = kind !== 'plain';

    test(isolated ? 'is isolated: there is shared memory' : 'is not isolated: there is no shared memory', () => {
      equal(WEB.crossOriginIsolated, isolated);
      equal(typeof SharedArrayBuffer, isolated ? 'function' : 'undefined');
    });

    test(kind === 'strict' ? 'lets nobody compile WebAssembly' : 'lets everybody compile WebAssembly', () => {
      if (kind === 'strict') throws(compile, { name: 'CompileError' });
      else compile();
    });

    if (!isolated) definePlain(test);
  },
};
