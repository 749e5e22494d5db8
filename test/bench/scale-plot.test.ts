import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { type Plot, renderPlot, type Series } from '../../bench/scale/plot.ts';

function series(name: string, factor: number): Series {
  return {
    name,
    points: [8, 64, 512].map((x) => ({ x, y: x * factor, low: x * factor * 0.9, high: x * factor * 1.1 })),
  };
}

const PLOT: Plot = {
  title: 'less < more & "quoted"',
  caption: 'made by hand',
  x: { label: 'bytes', scale: 'log', ticks: [8, 64, 512].map((value) => ({ value, label: `${value} B` })) },
  y: { label: 'ns per packet', scale: 'log' },
  series: [series('ours', 1), series('<theirs>', 20)],
};

/** Throws unless it is well-formed. */
function parse(svg: string): Element {
  const parser = new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  });
  return parser.parseFromString(svg, 'image/svg+xml').documentElement!;
}

function textsOf(svg: Element, name: string): (string | null)[] {
  return [...svg.getElementsByTagName(name)].map(({ textContent }) => textContent);
}

describe('a plot of what grows', () => {
  for (const scale of ['linear', 'log'] as const) {
    const text = renderPlot({ ...PLOT, y: { ...PLOT.y, scale } });
    const svg = parse(text);

    it(`is well-formed, and the same each time (${scale})`, () => {
      assert.equal(svg.tagName, 'svg');
      assert.equal(svg.namespaceURI, 'http://www.w3.org/2000/svg');
      assert.equal(renderPlot({ ...PLOT, y: { ...PLOT.y, scale } }), text);
    });

    it(`says what it shows (${scale})`, () => {
      const texts = textsOf(svg, 'text');
      for (const said of [PLOT.title, PLOT.caption, 'bytes', 'ns per packet', '8 B', '64 B', '512 B']) {
        assert.ok(texts.includes(said), said);
      }
      for (const { name } of PLOT.series) assert.ok(texts.includes(name), `${name} in the legend`);
    });

    it(`shows all points of all series, within the picture (${scale})`, () => {
      const groups = [...svg.getElementsByTagName('g')];
      assert.deepEqual(
        groups.map((group) => textsOf(group, 'title')),
        PLOT.series.map(({ name }) => [name]),
      );
      for (const group of groups) {
        const circles = [...group.getElementsByTagName('circle')];
        assert.equal(circles.length, 3);
        const heights = circles.map((circle) => Number(circle.getAttribute('cy')));
        assert.deepEqual(
          heights,
          heights.toSorted((a, b) => b - a),
        );
        for (const at of heights) assert.ok(at > 0 && at < 460);
      }
    });

    it(`has neither numbers that are none nor scripts nor what is elsewhere (${scale})`, () => {
      assert.doesNotMatch(text, /NaN|Infinity|undefined|<script|href|url\(|\son\w+=/);
    });
  }

  it('is readable on dark pages', () => {
    const [style] = textsOf(parse(renderPlot(PLOT)), 'style');
    assert.match(style!, /prefers-color-scheme: dark/);
    assert.match(renderPlot(PLOT), /<rect class="page" width="800" height="460"\/>/);
  });

  it('is refused with nothing in it, and with more than can be told apart', () => {
    assert.throws(() => renderPlot({ ...PLOT, series: [] }), /nothing to be shown/);
    const six = Array.from({ length: 6 }, (_, i) => series(String(i), 1));
    assert.throws(() => renderPlot({ ...PLOT, series: six }), /6 series, at most 5/);
  });
});
