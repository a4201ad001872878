// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Histograms of durations: logarithmic in both directions, drawn as SVG.

import { h, svg, table } from './dom';
import { count, duration } from './format';

/** [from, to, count], in ns, in order. */
export type Bucket = [number, number, number];

/** Buckets of nostall reach to the next one: an eighth of a power of two on. */
export function bucketEnd(from: number): number {
  return from < 8 ? from + 1 : from + 2 ** (Math.floor(Math.log2(from)) - 3);
}

/** Durations in buckets of a quarter of a power of two. */
export function bucketsOf(durations: Iterable<number>): Bucket[] {
  const counts = new Map<number, number>();
  for (const ns of durations) {
    const at = Math.floor(Math.log2(Math.max(1, ns)) * 4);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([at, n]) => [2 ** (at / 4), 2 ** ((at + 1) / 4), n]);
}

/** The sum of several histograms. */
export function mergeHistograms(parts: [number, number][][]): Bucket[] {
  const counts = new Map<number, number>();
  for (const part of parts) for (const [from, n] of part) counts.set(from, (counts.get(from) ?? 0) + n);
  return [...counts].sort(([a], [b]) => a - b).map(([from, n]) => [from, bucketEnd(from), n]);
}

const HEIGHT = 280;
const LEFT = 64;
const BOTTOM = 28;
const TOP = 22;

/** 1, 10, 100, ... µs and so on, within the range. */
function decades(min: number, max: number): number[] {
  const result: number[] = [];
  for (let value = 10 ** Math.ceil(Math.log10(min)); value <= max; value *= 10) result.push(value);
  return result;
}

interface Axes {
  width: number;
  x(ns: number): number;
  y(n: number): number;
}

function grid({ width, x, y }: Axes, min: number, max: number, most: number): SVGElement[] {
  const parts: SVGElement[] = [];
  for (let n = 1; n <= most; n *= 10) {
    parts.push(svg('line', { x1: LEFT, x2: width, y1: y(n), y2: y(n), class: 'grid' }),
      svg('text', { x: LEFT - 8, y: y(n) + 4, class: 'tick', 'text-anchor': 'end' }, count(n)));
  }
  for (const ns of decades(min, max)) {
    parts.push(svg('line', { x1: x(ns), x2: x(ns), y1: TOP, y2: HEIGHT - BOTTOM, class: 'grid' }),
      svg('text', { x: x(ns), y: HEIGHT - 8, class: 'tick', 'text-anchor': 'middle' }, duration(ns)));
  }
  return parts;
}

/** `width` in CSS pixels. */
export function histogram(buckets: Bucket[], threshold: number, label: string, width: number): HTMLElement {
  const min = Math.max(1, Math.min(buckets[0][0], threshold || Infinity));
  const max = Math.max(buckets[buckets.length - 1][1], threshold * 1.2, min * 2);
  const most = buckets.reduce((n, bucket) => Math.max(n, bucket[2]), 1);
  const span = Math.log(max / min);
  const x = (ns: number) => LEFT + (width - LEFT) * (Math.log(Math.max(min, ns) / min) / span);
  const base = HEIGHT - BOTTOM;
  // One is not nothing: a count of 1 has some height.
  const y = (n: number) => base - (base - TOP) * (Math.log10(n * 2) / Math.log10(most * 2 || 2));
  // Between narrow bars there is no gap, which would be as wide as they are.
  const barWidth = (from: number, to: number) => Math.max(1, x(to) - x(from) - (x(to) - x(from) < 4 ? 0 : 0.6));
  const bars = buckets.map(([from, to, n]) => svg('rect', {
    x: x(from), width: barWidth(from, to), y: y(n), height: base - y(n),
    class: threshold && from >= threshold ? 'bar over' : 'bar',
  }, svg('title', {}, `${duration(from)} to ${duration(to)}: ${count(n)}`)));
  const nearRight = threshold > 0 && x(threshold) > width - 150;
  const mark = threshold ? [
    svg('line', { x1: x(threshold), x2: x(threshold), y1: 4, y2: base, class: 'threshold' }),
    svg('text', { x: x(threshold) + (nearRight ? -6 : 6), y: 14, class: 'threshold-text', 'text-anchor': nearRight ? 'end' : 'start' },
      `threshold ${duration(threshold)}`)] : [];
  return h('figure', { class: 'histogram' },
    svg('svg', { width, height: HEIGHT, role: 'img', 'aria-label': `${label}; the table below has the figures` },
      grid({ width, x, y }, min, max, most), bars, svg('line', { x1: LEFT, x2: width, y1: base, y2: base, class: 'base' }), mark),
    h('details', { class: 'alternative' }, h('summary', {}, 'As a table'),
      table(label, ['From', 'To', 'Number'], buckets.map(([from, to, n]) => [duration(from), duration(to), count(n)]), { numeric: [0, 1, 2] })));
}
