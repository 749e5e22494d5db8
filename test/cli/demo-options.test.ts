import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CompletionRecord, RequestRecord } from '../../src/cli/demo/disk-protocol.ts';
import { createMachine, openGuestMemory, ringMemories } from '../../src/cli/demo/machine.ts';
import { DEFAULT_OPTIONS, demoOptions, OPTION_RANGES } from '../../src/cli/demo/options.ts';
import { takeNumber } from '../../src/cli/number-option.ts';

describe('the options of the demo', () => {
  it('are 64 KiB of ring, and 32 requests of 64 KiB each', () => {
    const want = { ringBytes: 65536, inFlight: 32, requestBytes: 65536 };
    assert.deepEqual(demoOptions(DEFAULT_OPTIONS), want);
  });

  for (const [name, key, accepted, refused] of [
    [
      'ringKib',
      'ringBytes',
      ['4', '8', '4096'],
      ['0', '2', '6', '4100', '-4', '4.0', '0x40', '1e1', '', ' 4', '9'.repeat(400)],
    ],
    ['inFlight', 'inFlight', ['1', '7', '256'], ['0', '257', '-1', '1.5', 'many', '']],
    ['requestKib', 'requestBytes', ['1', '3', '512'], ['0', '513', '-1', '0.5', 'NaN', '']],
  ] as const) {
    it(`take ${name} within its range only`, () => {
      for (const text of accepted) {
        const unit = name === 'inFlight' ? 1 : 1024;
        const value = takeNumber(OPTION_RANGES[name])(text);
        assert.equal(value, Number(text));
        assert.equal(demoOptions({ ...DEFAULT_OPTIONS, [name]: value })[key], value * unit);
      }
      for (const text of refused) {
        const parse = (): unknown => takeNumber(OPTION_RANGES[name])(text);
        assert.throws(parse, { code: 'commander.invalidArgument' }, JSON.stringify(text));
      }
    });
  }
});

describe('the machine of the demo', () => {
  for (const options of [
    { ringBytes: 4096, inFlight: 1, requestBytes: 1024 },
    { ringBytes: 65536, inFlight: 32, requestBytes: 65536 },
    { ringBytes: 4 << 20, inFlight: 256, requestBytes: 512 << 10 },
  ]) {
    it(`gives each page to one purpose, and scatters them: ${JSON.stringify(options)}`, () => {
      const { places, buffers, bufferPages } = createMachine(options);
      const all = [...places.host.pages, ...buffers];
      assert.equal(new Set(all).size, all.length);
      assert.ok(bufferPages * 4096 >= options.requestBytes + 3584, 'a buffer may begin in the last sector of a page');
      assert.equal(buffers.length, bufferPages * options.inFlight);
      const adjoining = all.filter((page, i) => i > 0 && all[i - 1]! + 1n === page);
      assert.ok(adjoining.length < all.length / 4, `${adjoining.length} of ${all.length} pages follow each other`);
      assert.ok(
        all.some((page) => page >= 0x10_0000n) && all.some((page) => page < 0x10_0000n),
        'below and above 4 GiB',
      );
      const rings = ringMemories(places.guest).map((ring) => ring.length);
      assert.deepEqual(rings, [options.ringBytes, options.ringBytes]);
      const memory = openGuestMemory(places.guest);
      for (const page of all) memory.fillAt(page * 4096n, 1, 4096);
    });
  }
});

describe("the disk's protocol", () => {
  it('lays requests and completions out as its picture says', () => {
    const request = new RequestRecord();
    request.set(1, 0x01020304, 0x1a_0b0c_0d0e);
    assert.equal(Buffer.from(request.bytes).toString('hex'), '01000000040302010e0d0c0b1a000000');
    const { operation, lengthBytes, offset } = request;
    assert.deepEqual(
      { operation, lengthBytes, offset },
      { operation: 1, lengthBytes: 0x01020304, offset: 0x1a_0b0c_0d0e },
    );
    const completion = new CompletionRecord();
    completion.set(2, 0xfffffff0);
    assert.equal(Buffer.from(completion.bytes).toString('hex'), '02000000f0ffffff');
    assert.deepEqual([completion.status, completion.lengthBytes], [2, 0xfffffff0]);
  });
});
