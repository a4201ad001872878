// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// One lane of the timeline: a loop's utilisation over time, and its stalls.

import uPlot from 'uplot';
import { family } from './causes';
import { h } from './dom';
import { count, counted, duration, percent } from './format';
import { windowsOf, type Model } from './model';
import { color } from './theme';

const HEIGHT = 112;
const AXIS_HEIGHT = 26;
const GUTTER = 52;
// Of the scale in per cent: utilisation is below 100, stalls stand above.
const STALLS_FROM = 112;
const STALLS_TO = 190;
const HIT = 5; // CSS pixels beside a stall that still mean it

export interface LaneEvents {
  zoom(min: number, max: number): void;
  wheel(event: WheelEvent, at: number): void;
  choose(row: number): void;
}

/** The first place in rows whose start is not before a time. */
function lowerBound(rows: Int32Array, start: Float64Array, time: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start[rows[middle]] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Lane {
  readonly element: HTMLElement;
  readonly rows: Int32Array; // the loop's stalls, by start
  chosen = -1;
  private plot: uPlot | null = null;
  private readonly readout = h('span', { class: 'lane-readout' });
  private readonly host = h('div', { class: 'lane-plot', 'aria-hidden': 'true' });
  private longest = 1;
  private quiet = false;
  private min = 0;
  private max = 1;

  constructor(
    private readonly model: Model, readonly loop: number, private readonly seconds: number,
    private readonly withAxis: boolean, private readonly events: LaneEvents,
  ) {
    const info = model.loops[loop];
    const { stalls } = model;
    const rows: number[] = [];
    for (let row = 0; row < stalls.count; row++) {
      if (stalls.loop[row] !== loop) continue;
      rows.push(row);
      this.longest = Math.max(this.longest, stalls.duration[row]);
    }
    this.rows = Int32Array.from(rows);
    this.max = seconds;
    this.element = h('section', { class: 'lane', 'aria-label': `Loop ${info.thread} ${info.tid}` },
      h('div', { class: 'lane-head' },
        h('h3', {}, info.thread || info.process, ' ', h('span', { class: 'muted' }, `${info.process} ${info.pid}/${info.tid}`)),
        h('span', {}, h('b', {}, percent(info.utilization)), ' busy'),
        h('span', { class: 'muted' }, `${counted(info.stalls, 'stall')} in ${counted(info.iterations, 'iteration')}`),
        windowsOf(info) ? null : h('span', { class: 'muted' }, 'no utilisation over time in this trace'),
        this.readout),
      this.host);
  }

  /** With the element in the document, so that it has a width. */
  draw(): void {
    this.plot?.destroy();
    this.plot = new uPlot(this.options(), this.data(), this.host);
    this.plot.over.addEventListener('click', (event) => this.click(event));
    this.plot.over.addEventListener('wheel', (event) => {
      this.events.wheel(event, this.plot!.posToVal(event.offsetX, 'x'));
    }, { passive: false });
    this.range(this.min, this.max);
  }

  resize(): void {
    if (this.plot && this.host.clientWidth && this.host.clientWidth !== this.plot.width) {
      this.plot.setSize({ width: this.host.clientWidth, height: this.plot.height });
    }
  }

  range(min: number, max: number): void {
    this.min = min;
    this.max = max;
    this.quiet = true;
    this.plot?.setScale('x', { min, max });
    // uPlot sets scales in a microtask; what it tells then is our own doing.
    queueMicrotask(() => queueMicrotask(() => { this.quiet = false; }));
  }

  choose(row: number): void {
    this.chosen = row;
    this.plot?.redraw(false);
  }

  private data(): uPlot.AlignedData {
    const windows = windowsOf(this.model.loops[this.loop]);
    if (!windows) return [[0, this.seconds], [null, null]] as unknown as uPlot.AlignedData;
    const trace = this.model.report!.traces[this.model.loops[this.loop].trace];
    const first = (windows.start_ns - trace.monotonic_ns) / 1e9;
    const width = windows.width_ns / 1e9;
    const times = windows.busy_ns.map((_, i) => first + i * width);
    const busy: (number | null)[] = windows.busy_ns.map((ns) => Math.min(100, (ns / windows.width_ns) * 100));
    times.push(first + busy.length * width);
    busy.push(busy[busy.length - 1]);
    return [times, busy] as uPlot.AlignedData;
  }

  private options(): uPlot.Options {
    const font = '11px system-ui, sans-serif';
    const axis = { stroke: color('text-2'), font, grid: { stroke: color('line'), width: 1 }, ticks: { show: false } };
    return {
      width: this.host.clientWidth || 600,
      height: HEIGHT + (this.withAxis ? AXIS_HEIGHT : 0),
      padding: [6, 26, this.withAxis ? 0 : 6, 0],
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false, dist: 4, setScale: true }, y: false, points: { show: false },
        sync: { key: 'nostall-timeline', scales: ['x', null] as unknown as [string, string] },
      },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: { x: { time: false }, y: { range: [0, STALLS_TO] } },
      axes: [
        { ...axis, show: this.withAxis, size: AXIS_HEIGHT, gap: 4,
          values: (_, ticks) => ticks.map((tick) => duration(tick * 1e9)) },
        { ...axis, size: GUTTER, gap: 6, splits: () => [0, 50, 100], values: (_, ticks) => ticks.map((tick) => `${tick} %`) },
      ],
      series: [{}, {
        stroke: color('accent'), width: 1, fill: color('area'),
        paths: uPlot.paths.stepped!({ align: 1 }), points: { show: false }, spanGaps: false,
      }],
      hooks: {
        draw: [(plot) => this.drawStalls(plot)],
        setScale: [(plot, key) => {
          if (key === 'x' && !this.quiet) this.events.zoom(plot.scales.x.min ?? 0, plot.scales.x.max ?? this.seconds);
        }],
        setCursor: [(plot) => this.read(plot)],
      },
    };
  }

  /** The stalls that may be seen between two times, as places in rows. */
  private visible(min: number, max: number): [number, number] {
    const { start } = this.model.stalls;
    return [lowerBound(this.rows, start, min * 1e9 - this.longest), lowerBound(this.rows, start, max * 1e9)];
  }

  /** A column of pixels shows its longest stall; height is its length, logarithmic. */
  private drawStalls(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { start, duration: length, kind } = this.model.stalls;
    const [from, to] = this.visible(plot.scales.x.min ?? 0, plot.scales.x.max ?? this.seconds);
    const pixel = devicePixelRatio || 1;
    const best = new Map<number, number>();
    for (let i = from; i < to; i++) {
      const row = this.rows[i];
      const column = Math.round(plot.valToPos(start[row] / 1e9, 'x', true) / (2 * pixel));
      const other = best.get(column);
      if (other === undefined || length[row] > length[other]) best.set(column, row);
    }
    const threshold = this.model.report!.traces[this.model.loops[this.loop].trace]?.threshold_ns || 1e6;
    const scale = Math.log(Math.max(2, this.longest / threshold));
    const base = plot.valToPos(STALLS_FROM, 'y', true);
    const band = base - bbox.top;
    const tones = new Map<string, string>();
    const paint = (row: number, tone: string, extra: number) => {
      const x = plot.valToPos(start[row] / 1e9, 'x', true);
      const wide = Math.max(2 * pixel, plot.valToPos((start[row] + length[row]) / 1e9, 'x', true) - x) + extra;
      const part = 0.25 + 0.75 * Math.min(1, Math.max(0, Math.log(Math.max(1, length[row] / threshold)) / scale));
      ctx.fillStyle = tone;
      ctx.fillRect(x - extra / 2, base - band * part, wide, band * part);
    };
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const row of best.values()) {
      const cause = this.model.kinds[kind[row]]?.signature.cause ?? '';
      const name = `family-${family(cause)}`;
      if (!tones.has(name)) tones.set(name, color(name));
      paint(row, tones.get(name)!, 0);
    }
    if (this.chosen >= 0 && this.model.stalls.loop[this.chosen] === this.loop) {
      paint(this.chosen, color('text'), 2 * pixel);
    }
    ctx.restore();
  }

  private read(plot: uPlot): void {
    const { left } = plot.cursor;
    if (left === undefined || left === null || left < 0) {
      this.readout.textContent = '';
      return;
    }
    const time = plot.posToVal(left, 'x');
    const loop = this.model.loops[this.loop];
    const windows = windowsOf(loop);
    const text = [`at ${duration(Math.max(0, time) * 1e9)}`];
    if (windows) {
      const first = (windows.start_ns - this.model.report!.traces[loop.trace].monotonic_ns) / 1e9;
      const at = Math.floor((time - first) / (windows.width_ns / 1e9));
      if (at >= 0 && at < windows.busy_ns.length) {
        text.push(`${percent(windows.busy_ns[at] / windows.width_ns)} busy`,
          counted(windows.iterations[at], 'iteration'), `longest ${duration(windows.max_ns[at])}`);
      }
    }
    this.readout.textContent = text.join(', ');
  }

  private click(event: MouseEvent): void {
    const plot = this.plot!;
    if (plot.select.width > 0) return; // The end of a drag.
    const min = plot.posToVal(event.offsetX - HIT, 'x') * 1e9;
    const max = plot.posToVal(event.offsetX + HIT, 'x') * 1e9;
    const { start, duration: length } = this.model.stalls;
    const [from, to] = this.visible(min / 1e9, max / 1e9);
    let found = -1;
    for (let i = from; i < to; i++) {
      const row = this.rows[i];
      if (start[row] + length[row] >= min && (found < 0 || length[row] > length[found])) found = row;
    }
    this.events.choose(found);
  }

  /** Utilisation in up to a number of parts of equal length. */
  summary(parts: number): string[][] {
    const loop = this.model.loops[this.loop];
    const windows = windowsOf(loop);
    if (!windows) return [];
    const size = Math.ceil(windows.busy_ns.length / parts);
    const first = windows.start_ns - this.model.report!.traces[loop.trace].monotonic_ns;
    const rows: string[][] = [];
    for (let i = 0; i < windows.busy_ns.length; i += size) {
      const end = Math.min(windows.busy_ns.length, i + size);
      let busy = 0;
      let iterations = 0;
      let longest = 0;
      for (let k = i; k < end; k++) {
        busy += windows.busy_ns[k];
        iterations += windows.iterations[k];
        longest = Math.max(longest, windows.max_ns[k]);
      }
      const from = first + i * windows.width_ns;
      const to = first + end * windows.width_ns;
      const stalls = lowerBound(this.rows, this.model.stalls.start, to) - lowerBound(this.rows, this.model.stalls.start, from);
      rows.push([loop.thread, duration(Math.max(0, from)), percent(busy / ((end - i) * windows.width_ns)), count(iterations), duration(longest), count(stalls)]);
    }
    return rows;
  }
}
