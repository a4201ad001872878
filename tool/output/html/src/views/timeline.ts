// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// When it stalled: a lane per loop of one trace, which all show the same time.

import { causeBadge } from '../badges';
import { causeText, FAMILIES, kindTitle } from '../causes';
import { breakable, emptyState, h, table } from '../dom';
import { capital, count, duration, fileName } from '../format';
import { Lane } from '../lane';
import type { Model } from '../model';
import { keep, link, type Route } from '../router';
import { onThemeChange } from '../theme';
import type { View } from '../view';

const MORE_LANES = 8;
const TABLE_PARTS = 24;
const CLOSEST = 1e-6; // seconds

export class TimelineView implements View {
  readonly element: HTMLElement;
  private readonly host = h('div', { class: 'lanes' });
  private readonly detail = h('section', { class: 'card stall-card', 'aria-label': 'Chosen stall', 'aria-live': 'polite' });
  private readonly alternative = h('details', { class: 'alternative' }, h('summary', {}, 'As a table'));
  private readonly rangeText = h('span', { class: 'muted range-text', role: 'status' });
  private readonly trace: HTMLSelectElement;
  private lanes: Lane[] = [];
  private shown = MORE_LANES;
  private drawn = -1; // the trace whose lanes are there
  private min = 0;
  private max = 1;
  private end = 1;
  private chosen = -1;
  private order: Int32Array | null = null; // the lanes' stalls, by start

  constructor(private readonly model: Model) {
    const traces = model.report?.traces ?? [];
    this.trace = h('select', { 'aria-label': 'Trace', onchange: () => { this.choose(-1); this.build(Number(this.trace.value)); } },
      traces.map((trace, i) => h('option', { value: i }, `${fileName(trace.file)} (${trace.host})`)));
    const button = (text: string, label: string, act: () => void) => h('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, text);
    this.element = h('div', { class: 'page' },
      h('h1', {}, 'Timeline'),
      h('p', { class: 'lead' }, 'How busy each loop was, and when it stalled. Higher marks are longer stalls.'),
      h('div', { class: 'toolbar', role: 'group', 'aria-label': 'Timeline' },
        traces.length > 1 ? this.trace : null,
        button('+', 'Zoom in', () => this.zoomBy(0.5)), button('−', 'Zoom out', () => this.zoomBy(2)),
        button('←', 'Earlier', () => this.panBy(-0.5)), button('→', 'Later', () => this.panBy(0.5)),
        button('Whole trace', 'Whole trace', () => this.range(0, this.end)),
        h('span', { class: 'toolbar-gap' }),
        button('Previous stall', 'Previous stall', () => this.step(-1)), button('Next stall', 'Next stall', () => this.step(1)),
        button('Longest stall', 'Longest stall', () => this.longest()),
        this.rangeText),
      this.detail,
      this.host,
      h('ul', { class: 'legend' }, h('li', {}, h('span', { class: 'swatch fill-area', 'aria-hidden': 'true' }), 'busy'),
        FAMILIES.map(([name, text]) => h('li', {}, h('span', { class: `swatch fill-${name}`, 'aria-hidden': 'true' }), text))),
      h('p', { class: 'muted' }, 'Drag to zoom, double-click for the whole trace, Ctrl and wheel to zoom, Shift and wheel to move. Click a mark for its stall.'),
      this.alternative);
    this.alternative.addEventListener('toggle', () => this.fillTable());
    new ResizeObserver(() => this.lanes.forEach((lane) => lane.resize())).observe(this.host);
    onThemeChange(() => this.lanes.forEach((lane) => lane.draw()), new AbortController().signal);
  }

  show(route: Route): void {
    const row = Number(route.query.get('stall') ?? -1);
    const stall = this.model.report?.stalls[row];
    const trace = stall?.trace ?? (this.drawn < 0 ? 0 : this.drawn);
    if (trace !== this.drawn) this.build(trace);
    if (stall) this.focusOn(row);
    else if (!this.detail.hasChildNodes()) this.choose(-1);
  }

  private loopsOf(trace: number): number[] {
    return this.model.loops.map((_, i) => i).filter((i) => this.model.loops[i].trace === trace);
  }

  private build(trace: number): void {
    const info = this.model.report!.traces[trace];
    const loops = this.loopsOf(trace);
    const last = this.model.loops.filter((loop) => loop.trace === trace)
      .reduce((most, loop) => Math.max(most, loop.last_ns - info.monotonic_ns), info.duration_ns);
    this.drawn = trace;
    this.order = null;
    this.trace.value = String(trace);
    this.end = Math.max(last / 1e9, CLOSEST);
    this.min = 0;
    this.max = this.end;
    this.alternative.open = false;
    const some = loops.slice(0, this.shown);
    this.lanes = some.map((loop, i) => new Lane(this.model, loop, this.end, i === some.length - 1, {
      zoom: (min, max) => this.range(min, max),
      wheel: (event, at) => this.wheel(event, at),
      choose: (row) => this.choose(row),
    }));
    const rest = loops.length - some.length;
    this.host.replaceChildren(
      ...this.lanes.map((lane) => lane.element),
      ...(rest > 0 ? [h('button', { type: 'button', onclick: () => { this.shown += MORE_LANES; this.build(trace); } },
        `Show ${Math.min(rest, MORE_LANES)} more of ${count(loops.length)} loops`)] : []),
      ...(loops.length ? [] : [emptyState('No loop', 'No event loop was seen in this trace.')]));
    this.lanes.forEach((lane) => lane.draw());
    this.range(0, this.end);
  }

  private range(min: number, max: number): void {
    const width = Math.min(this.end, Math.max(CLOSEST, max - min));
    this.min = Math.min(Math.max(0, min), this.end - width);
    this.max = this.min + width;
    for (const lane of this.lanes) lane.range(this.min, this.max);
    this.rangeText.textContent = `${duration(this.min * 1e9)} to ${duration(this.max * 1e9)} of ${duration(this.end * 1e9)}`;
  }

  private zoomBy(factor: number, at = (this.min + this.max) / 2): void {
    this.range(at - (at - this.min) * factor, at + (this.max - at) * factor);
  }

  private panBy(part: number): void {
    const by = (this.max - this.min) * part;
    const min = Math.min(Math.max(0, this.min + by), this.end - (this.max - this.min));
    this.range(min, min + (this.max - this.min));
  }

  private wheel(event: WheelEvent, at: number): void {
    if (event.ctrlKey || event.metaKey) this.zoomBy(Math.exp(event.deltaY * 0.002), at);
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.panBy((event.deltaX || event.deltaY) / 1000);
    else return;
    event.preventDefault();
  }

  private step(direction: number): void {
    const { start } = this.model.stalls;
    this.order ??= Int32Array.from(this.lanes.flatMap((lane) => Array.from(lane.rows)))
      .sort((a, b) => start[a] - start[b] || a - b);
    const rows = this.order;
    if (!rows.length) return;
    const at = rows.indexOf(this.chosen);
    const next = at < 0 ? rows.findIndex((row) => start[row] / 1e9 >= this.min) : at + direction;
    this.focusOn(rows[Math.min(rows.length - 1, Math.max(0, next))]);
  }

  private longest(): void {
    const { duration: length } = this.model.stalls;
    let best = -1;
    for (const lane of this.lanes) for (const row of lane.rows) if (best < 0 || length[row] > length[best]) best = row;
    if (best >= 0) this.focusOn(best);
  }

  /** Chooses a stall and brings it into sight, with something around it. */
  private focusOn(row: number): void {
    const loop = this.model.stalls.loop[row];
    if (loop >= 0 && !this.lanes.some((lane) => lane.loop === loop)) {
      this.shown = this.model.loops.length;
      this.build(this.model.loops[loop].trace);
    }
    const start = this.model.stalls.start[row] / 1e9;
    const length = this.model.stalls.duration[row] / 1e9;
    if (start < this.min || start + length > this.max || length < (this.max - this.min) / 500) {
      const around = Math.max(length * 20, this.end / 100);
      this.range(start - around / 2, start + length + around / 2);
    }
    this.choose(row);
  }

  private choose(row: number): void {
    this.chosen = row;
    this.lanes.forEach((lane) => lane.choose(row));
    const stall = this.model.report?.stalls[row];
    keep('timeline', { stall: stall ? String(row) : '' });
    if (!stall) {
      this.detail.replaceChildren(h('p', { class: 'muted' }, 'Choose a stall: click a mark, or use the buttons above.'));
      return;
    }
    const kind = this.model.kinds[this.model.stalls.kind[row]];
    const loop = this.model.loops[this.model.stalls.loop[row]];
    this.detail.replaceChildren(
      h('p', {}, causeBadge(stall.cause), ' ', h('b', {}, duration(stall.duration_ns)),
        ` at ${duration(this.model.stalls.start[row])}, ${loop ? `${loop.thread} ` : ''}${stall.tid}`,
        stall.task ? `, task ${stall.task}` : '', `. ${capital(causeText(stall.cause))}`,
        stall.run_ns || stall.runqueue_ns
          ? `: ${duration(stall.run_ns)} on a CPU, ${duration(stall.runqueue_ns)} waiting for one.` : '.'),
      kind ? h('p', {}, h('a', { href: link('stall', this.model.kindKey(kind)) },
        breakable(h('span', {}), kindTitle(kind.signature)))) : h('p', { class: 'muted' }, 'Its kind is not in this report.'));
  }

  private fillTable(): void {
    this.alternative.querySelector('.table-scroll, p')?.remove();
    if (!this.alternative.open) return;
    const rows = this.lanes.flatMap((lane) => lane.summary(TABLE_PARTS));
    this.alternative.append(rows.length
      ? table('Utilisation over time', ['Loop', 'From', 'Busy', 'Iterations', 'Longest', 'Stalls'], rows, { numeric: [1, 2, 3, 4, 5] })
      : h('p', { class: 'muted' }, 'This trace has no utilisation over time. Each stall stands with its kind, under Stalls.'));
  }
}
