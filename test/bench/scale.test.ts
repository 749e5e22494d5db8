import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Figure } from '../../bench/benchmark.ts';
import { RingMover } from '../../bench/jobs/ring-mover.ts';
import { populate, type Setting, SETTINGS, start } from '../../bench/scale/channel-program.ts';
import { channelGrowth } from '../../bench/scale/channels.ts';
import { CopyMover } from '../../bench/scale/copy-mover.ts';
import { ChannelMover } from '../../bench/scale/deliveries.ts';
import { bytesName, plotOf, sectionOf } from '../../bench/scale/growth.ts';
import { GROWTHS } from '../../bench/scale/measure.ts';
import { payloadGrowth } from '../../bench/scale/payloads.ts';
import { renderPlot } from '../../bench/scale/plot.ts';
import type { Population } from '../../bench/scale/population.ts';
import { ringGrowth } from '../../bench/scale/rings.ts';
import { FlatRingMem } from '../../src/index.ts';

const MESSAGES = 200;

/** Something for each size and column. */
function figuresFor(sizes: readonly number[], columns: readonly string[]): Figure[][] {
  return sizes.map((size) => columns.map((_, i) => ({ value: size + i, spread: 0.5, ratio: 1 })));
}

describe('what grows in the benchmark of scale', () => {
  for (const growth of GROWTHS) {
    it(`${growth.title}: from the least to the most, with plots of all of it`, () => {
      const { sizes, columns } = growth;
      assert.deepEqual(
        sizes,
        sizes.toSorted((a, b) => a - b),
      );
      const figures = figuresFor(sizes, columns);
      const section = sectionOf(growth, figures);
      assert.deepEqual(
        section.rows.map((row) => row.figures),
        figures,
      );
      assert.equal(new Set(section.rows.map(({ name }) => name)).size, sizes.length);
      for (const shown of growth.plots) {
        const plot = plotOf(growth, shown, figures, '');
        assert.deepEqual(
          plot.series.map(({ name }) => name),
          columns,
        );
        for (const { points } of plot.series) {
          assert.deepEqual(
            points.map(({ x }) => x),
            sizes,
          );
          for (const { y, low, high } of points) assert.ok(0 < low && low < y && y < high);
        }
        assert.doesNotMatch(renderPlot(plot), /NaN/);
      }
    });
  }

  it('is what the issue asks for', () => {
    const ends = ({ sizes }: { readonly sizes: readonly number[] }) => [sizes[0], sizes.at(-1)];
    assert.deepEqual(ends(ringGrowth), [4096, 64 * 1024 * 1024]);
    assert.deepEqual(ends(channelGrowth), [1, 1000]);
    assert.deepEqual(ends(payloadGrowth), [8, 524_264]);
  });

  it('is named', () => {
    assert.deepEqual([8, 524_264, 4096, 1 << 26].map(bytesName), ['8 B', '524,264 B', '4 KiB', '64 MiB']);
  });
});

describe('rings and payloads that grow', () => {
  it('move payloads up to the largest that there is, and no larger one', () => {
    const memory = new FlatRingMem(2 * 1024 * 1024);
    for (const payloadBytes of payloadGrowth.sizes) {
      new RingMover(memory, payloadBytes, 1).move(8, true);
      new CopyMover(payloadBytes).move(8, true);
    }
    assert.throws(() => new RingMover(memory, 524_272, 1).move(1, true), /at most 524288 can be sent/);
  });

  for (const growth of [ringGrowth, payloadGrowth]) {
    it(`are measured at each size: ${growth.title}`, async () => {
      const figures = await growth.measure({ rounds: 1, cellMs: 0.1, progress: () => {} });
      assert.equal(figures.length, growth.sizes.length);
      for (const row of figures) {
        assert.equal(row.length, growth.columns.length);
        for (const { value, ratio } of row) assert.ok(value > 0 && ratio > 0);
      }
    });
  }
});

describe('channels that grow', () => {
  const [looking, waiting] = SETTINGS as readonly [Setting, Setting];

  for (const setting of SETTINGS) {
    it(`${setting.name}: move messages through the busy one and no other`, async () => {
      for (const channels of [1, 20]) {
        const population = populate(setting, channels);
        try {
          await new ChannelMover(population, setting.deliver, 40).move(MESSAGES, true);
          checkTraffic(population, channels);
        } finally {
          population.close();
        }
      }
    });
  }

  it('are found out where what was sent does not arrive', async () => {
    const population = populate(looking, 2);
    await assert.rejects(new ChannelMover(population, () => {}, 40).move(1, true), /message 0 is not what was sent/);
    population.close();
  });

  it('are found out where another one is ready', async () => {
    const population = populate(waiting, 2);
    for (const { sender } of population.idle) sender.tryWrite(Uint8Array.of(1));
    const moved = new ChannelMover(population, waiting.deliver, 40).move(2, true);
    await assert.rejects(moved, /message 0 is not what was sent/);
    population.close();
  });

  it('are programs that do all settings, one after the other', async () => {
    const run = start(3);
    // Once more the first one: the channels of the last are closed then, and nothing keeps the process alive.
    for (const setting of [...SETTINGS.keys(), 0]) assert.ok((await run({ setting, count: 20, verify: true })) > 0);
  });
});

function checkTraffic({ busy, idle, set }: Population, channels: number): void {
  assert.equal(busy.sender.inspect().outgoing.packets, MESSAGES);
  assert.equal(busy.receiver.inspect().incoming.packets, MESSAGES);
  assert.equal(idle.length, channels - 1);
  assert.equal(set?.size ?? channels, channels);
  for (const { receiver } of idle) {
    const { packets, control } = receiver.inspect().incoming;
    assert.equal(packets, 0);
    // Somebody waits for one: he would be signalled.
    assert.equal(control.interruptMask, 0);
  }
}
