import { it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { connectedQueues } from '../../src/index.ts';
import { checkAsyncProperty } from '../support/property.ts';
import { Direction } from './direction.ts';

type Action = (direction: Direction, size: number) => void;

const WRITES: readonly Action[] = [
  (direction, size) => direction.tryWrite(size),
  (direction, size) => direction.write(size),
  (direction, size) => direction.write(size),
  (direction, size) => direction.write(size, size % 3),
  (direction, size) => direction.waitForRoom(size),
  (direction) => direction.openWriteBatch(),
  (direction, size) => direction.putInBatch(size),
  (direction, size) => direction.putInBatch(size),
  (direction) => direction.endWriteBatch('commit'),
  (direction) => direction.endWriteBatch('commit'),
  (direction) => direction.endWriteBatch('revert'),
];

const READS: readonly Action[] = [
  (direction) => direction.tryRead(),
  (direction) => direction.read(),
  (direction) => direction.read(),
  (direction, size) => direction.read(size % 3),
  (direction) => direction.tryReadInto(),
  (direction) => direction.readInto(),
  (direction, size) => direction.readInto(size % 3),
  (direction) => direction.readInBatchInto(),
  (direction) => direction.readInBatchInto(),
  (direction) => direction.waitForPacket(),
  (direction) => direction.openReadBatch(),
  (direction) => direction.readInBatch(),
  (direction) => direction.readInBatch(),
  (direction) => direction.readInBatch(),
  (direction) => direction.endReadBatch(),
  (direction) => direction.revert(),
  (direction) => direction.release(),
];

const OTHERS: readonly Action[] = [(direction) => direction.abortOne(), (direction) => direction.inspect()];

/** Steps of both ends, each way; `null` gives those that were woken their turn. */
const stepArbitrary = fc.option(
  fc.record({
    way: fc.nat(1),
    action: fc.oneof(
      { weight: 10, arbitrary: fc.nat(WRITES.length - 1).map((i) => WRITES[i]!) },
      { weight: 10, arbitrary: fc.nat(READS.length - 1).map((i) => READS[i]!) },
      { weight: 2, arbitrary: fc.nat(OTHERS.length - 1).map((i) => OTHERS[i]!) },
    ),
    size: fc.oneof(fc.nat(100), fc.nat(2 ** 32 - 1), fc.constantFrom(0, 4064, 4063, 4056, 4072, 8160)),
  }),
  { freq: 5 },
);

for (const ringBytes of [[4096, 4096] as const, [4096, 12288] as const]) {
  it(`rings of ${ringBytes.join(' and ')} bytes: every packet arrives once, in order, whole, and nothing stays behind`, async (t) => {
    const property = fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 150, size: 'max' }), async (steps) => {
      const [a, b] = connectedQueues({ ringBytes });
      const ways = [new Direction(a, b), new Direction(b, a)];
      for (const step of steps) {
        if (step === null) {
          await turn();
          continue;
        }
        const direction = ways[step.way]!;
        // Sizes up to the ring's limit, the small ones more often.
        step.action(direction, step.size % (direction.capacity - 23));
      }
      for (const direction of ways) await direction.drain(turn);
    });
    await checkAsyncProperty(t, property, 800);
  });
}
