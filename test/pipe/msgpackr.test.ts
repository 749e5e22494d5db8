import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Packr } from 'msgpackr';
import { connectedMessagePipes, TypedPipe } from '../../src/index.ts';

test('msgpackr is a codec as it is: maps, sets, dates, shared and circular structure', async () => {
  const { pack, unpack } = boundTo(new Packr({ structuredClone: true }));
  const [a, b] = connectedMessagePipes({ ringBytes: 65536 });
  const sender = new TypedPipe<unknown>(a, { encode: pack, decode: unpack });
  const receiver = new TypedPipe<unknown>(b, { encode: pack, decode: unpack });
  const value: Record<string, unknown> = {
    map: new Map([['key', new Set([1, 2])]]),
    at: new Date(1_700_000_000_000),
    bytes: Uint8Array.of(1, 2, 3),
  };
  value['self'] = value;
  await sender.send(value);
  const received = (await receiver.receive()) as typeof value;
  assert.deepEqual(received['map'], value['map']);
  assert.deepEqual(received['at'], value['at']);
  assert.deepEqual([...(received['bytes'] as Uint8Array)], [1, 2, 3]);
  assert.equal(received['self'], received);
});

function boundTo(packr: Packr): { pack(value: unknown): Uint8Array; unpack(bytes: Uint8Array): unknown } {
  return { pack: (value) => packr.pack(value), unpack: (bytes) => packr.unpack(bytes) as unknown };
}
