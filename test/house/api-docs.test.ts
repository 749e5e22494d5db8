import assert from 'node:assert/strict';
import { test } from 'node:test';
import { libraryEntries } from '../../scripts/project.ts';
import { type PublicName, publicApi } from '../../scripts/public-api.ts';

/** A block of TypeScript under `@example`: examples.test.ts compiles and runs it. */
const EXAMPLE = /@example\s+\* ```ts\n/;

/** Whether a name is something to call, to make, or to implement: a reader wants to see it used. */
function wantsExample({ declarations }: PublicName): boolean {
  return declarations.some(
    (text) =>
      /^export declare (abstract )?(class|function)\b/.test(text) ||
      // Interfaces and constants with functions in them.
      (/^export (interface|declare const)\b/.test(text) && /^ +(readonly )?\w+\??(\(|: \(\w)/m.test(text)),
  );
}

for (const entry of libraryEntries()) {
  const names = publicApi(entry);

  test(`${entry.specifier}: every export has a doc comment`, () => {
    const silent = names.filter(({ doc }) => doc === '').map(({ name, file }) => `${name} in ${file}`);
    assert.deepEqual(silent, []);
  });

  test(`${entry.specifier}: every public member has a doc comment`, () => {
    const silent = names.flatMap(({ name, file, silentMembers }) =>
      silentMembers.map((member) => `${name}, ${member} in ${file}`),
    );
    assert.deepEqual(silent, []);
  });

  test(`${entry.specifier}: every function and class has an example`, () => {
    const bare = names.filter((name) => wantsExample(name) && !EXAMPLE.test(name.doc));
    assert.deepEqual(
      bare.map(({ name, file }) => `${name} in ${file}`),
      [],
    );
    assert.ok(names.some(wantsExample));
  });
}

test('the checks see what they are to check', () => {
  const all = libraryEntries().flatMap(publicApi);
  const named = (name: string): PublicName | undefined => all.find((found) => found.name === name);
  for (const name of ['FlatRingMem', 'readGpaRanges', 'PacketSize', 'RingMem', 'Full', 'formatRingText']) {
    assert.ok(named(name) !== undefined && wantsExample(named(name)!), name);
  }
  for (const name of ['PAGE_SIZE', 'VMBUS_RING_ERRORS', 'ControlSnapshot', 'OutgoingPacket']) {
    assert.ok(named(name) !== undefined && !wantsExample(named(name)!), name);
  }
  const inherited = named('FlatRingMem')?.inherited.flatMap(({ from, members }) => [from, ...members]) ?? [];
  assert.ok(inherited.includes('readAt(addr: number, data: Uint8Array): void;'));
  assert.ok(inherited.includes('CheckedRingMem'));
  assert.ok(!inherited.some((text) => /protected|constructor/.test(text)));
});
