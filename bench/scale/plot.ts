import { DOMImplementation, type Element, XMLSerializer } from '@xmldom/xmldom';
import { scaleLinear, scaleLog } from 'd3-scale';
import { MAXIMUM_SERIES, PLOT_STYLE } from './plot-style.ts';

/** Where a line of the grid is, and what it is called. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** One of the two directions of a plot. */
export interface Axis {
  /** What is along it, with its unit. */
  readonly label: string;
  readonly scale: 'linear' | 'log';
  /** Left out, round numbers. */
  readonly ticks?: readonly Tick[];
}

/** One measurement, and how far its rounds were apart. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** A line through points, which are in the order of their `x`. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

/** A picture of some measurements. */
export interface Plot {
  readonly title: string;
  /** A line below the picture: how it came about. */
  readonly caption: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const WIDTH = 800;
const HEIGHT = 460;
const LEFT = 90;
const RIGHT = WIDTH - 36;
const TOP = 92;
const BOTTOM = HEIGHT - 84;

const LEGEND_TOP = 56;
const LEGEND_SAMPLE = 22;

/** About so many, where none are given. */
const TICKS = 8;

/** With which digits they begin where the scale is logarithmic: all others would lie upon each other. */
const LOG_TICKS: ReadonlySet<string> = new Set(['1', '2', '5']);

const SVG = 'http://www.w3.org/2000/svg';

/** Where numbers lie along an axis, and its ticks. */
interface Place {
  at(value: number): number;
  readonly ticks: readonly Tick[];
}

/** Where `values` lie within `range`: from 0 on, or from the least of them on, where the scale has no 0. */
function place({ scale, ticks }: Axis, values: readonly number[], range: readonly [number, number]): Place {
  const most = Math.max(...values);
  const numbers = scale === 'linear' ? scaleLinear([0, most], range) : scaleLog([Math.min(...values), most], range);
  const at = (value: number): number => numbers(value);
  // Ticks that are given begin and end where the values do.
  if (ticks !== undefined) return { at, ticks };
  const round = numbers.nice().ticks(TICKS);
  const shown = scale === 'linear' ? round : round.filter((value) => LOG_TICKS.has(String(value)[0]!));
  return { at, ticks: shown.map((value) => ({ value, label: value.toLocaleString('en-US') })) };
}

/** Appends an element to `parent` and returns it. */
function append(
  parent: Element,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text = '',
): Element {
  const document = parent.ownerDocument!;
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    element.setAttribute(attribute, typeof value === 'number' ? String(Math.round(value * 10) / 10) : value);
  }
  if (text !== '') element.appendChild(document.createTextNode(text));
  parent.appendChild(element);
  return element;
}

function drawGrid(svg: Element, { x, y }: Plot, across: Place, up: Place): void {
  for (const { value, label } of across.ticks) {
    const at = across.at(value);
    append(svg, 'path', { class: 'grid', d: `M${at.toFixed(1)} ${TOP}V${BOTTOM}` });
    append(svg, 'text', { x: at, y: BOTTOM + 20, 'text-anchor': 'middle' }, label);
  }
  for (const { value, label } of up.ticks) {
    const at = up.at(value);
    append(svg, 'path', { class: 'grid', d: `M${LEFT} ${at.toFixed(1)}H${RIGHT}` });
    append(svg, 'text', { x: LEFT - 8, y: at + 4, 'text-anchor': 'end' }, label);
  }
  append(svg, 'text', { x: (LEFT + RIGHT) / 2, y: BOTTOM + 44, 'text-anchor': 'middle' }, x.label);
  const middle = (TOP + BOTTOM) / 2;
  append(svg, 'text', { transform: `translate(20 ${middle}) rotate(-90)`, 'text-anchor': 'middle' }, y.label);
}

function drawLegend(svg: Element, series: readonly Series[]): void {
  const step = (RIGHT - LEFT) / series.length;
  for (const [i, { name }] of series.entries()) {
    const start = LEFT + i * step;
    append(svg, 'path', { class: `line s${i}`, d: `M${start.toFixed(1)} ${LEGEND_TOP}h${LEGEND_SAMPLE}` });
    append(svg, 'text', { x: start + LEGEND_SAMPLE + 6, y: LEGEND_TOP + 4 }, name);
  }
}

function drawSeries(svg: Element, { name, points }: Series, i: number, across: Place, up: Place): void {
  const group = append(svg, 'g', { class: `s${i}` });
  append(group, 'title', {}, name);
  const places = points.map(({ x, y }) => `${across.at(x).toFixed(1)} ${up.at(y).toFixed(1)}`);
  append(group, 'path', { class: 'line', d: `M${places.join('L')}` });
  for (const { x, y, low, high } of points) {
    const at = across.at(x);
    append(group, 'path', {
      class: 'range',
      d: `M${at.toFixed(1)} ${up.at(low).toFixed(1)}V${up.at(high).toFixed(1)}`,
    });
    append(group, 'circle', { class: 'mark', cx: at, cy: up.at(y), r: 3 });
  }
}

/**
 * The plot as an SVG file, the same one for the same plot: without scripts, readable on light and on dark pages.
 *
 * Throws a `RangeError` for more series than there are colours, or without points.
 */
export function renderPlot(plot: Plot): string {
  const { title, caption, x, y, series } = plot;
  const points = series.flatMap((each) => each.points);
  if (series.length > MAXIMUM_SERIES) throw new RangeError(`${series.length} series, at most ${MAXIMUM_SERIES}`);
  if (points.length === 0) throw new RangeError('there is nothing to be shown');
  const document = new DOMImplementation().createDocument(SVG, 'svg');
  const svg = document.documentElement!;
  const across = place(
    x,
    points.map((point) => point.x),
    [LEFT, RIGHT],
  );
  const up = place(
    y,
    points.flatMap(({ low, high }) => [low, high]),
    [BOTTOM, TOP],
  );
  for (const [name, value] of Object.entries({
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    width: WIDTH,
    height: HEIGHT,
    role: 'img',
  })) {
    svg.setAttribute(name, String(value));
  }
  append(svg, 'title', {}, title);
  append(svg, 'style', {}, PLOT_STYLE);
  append(svg, 'rect', { class: 'page', width: WIDTH, height: HEIGHT });
  append(svg, 'text', { class: 'title', x: LEFT, y: 30 }, title);
  drawLegend(svg, series);
  drawGrid(svg, plot, across, up);
  for (const [i, each] of series.entries()) drawSeries(svg, each, i, across, up);
  append(svg, 'text', { class: 'caption', x: LEFT, y: HEIGHT - 14 }, caption);
  return `${new XMLSerializer().serializeToString(document)}\n`;
}
