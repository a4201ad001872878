// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// How long iterations take, what stalls have for a cause, and who waited.

import { causeBadge } from '../badges';
import { causeText, family, kindTitle } from '../causes';
import { breakable, emptyState, h } from '../dom';
import type { Loop } from '../documents';
import { capital, count, counted, duration, percent } from '../format';
import { bucketsOf, histogram, mergeHistograms } from '../histogram';
import type { Model } from '../model';
import { keep, link, type Route } from '../router';
import type { View } from '../view';

const TOP_VICTIMS = 12;

export class DistributionView implements View {
  readonly element: HTMLElement;
  private readonly select: HTMLSelectElement;
  private readonly host = h('div', {});
  private width = 0;

  constructor(private readonly model: Model) {
    const { loops } = model;
    this.select = h('select', {
      'aria-label': 'Loop',
      onchange: () => {
        keep('distribution', { loop: this.select.value });
        this.draw();
      },
    }, h('option', { value: '' }, `All ${counted(loops.length, 'loop')} together`),
    loops.map((loop, i) => h('option', { value: i }, `${loop.thread} (${loop.process} ${loop.pid}/${loop.tid})`)));
    this.element = h('div', { class: 'page' },
      h('h1', {}, 'Distribution'),
      h('p', { class: 'lead' }, 'How long the iterations of the loops took. An iteration from the threshold on is a stall.'),
      loops.length > 1 ? h('div', { class: 'toolbar' }, this.select) : null,
      this.host,
      h('div', { class: 'columns' }, this.causes(), this.victims()));
    new ResizeObserver(() => {
      if (this.host.clientWidth && this.host.clientWidth !== this.width) this.draw();
    }).observe(this.host);
  }

  show(route: Route): void {
    const loop = route.query.get('loop') ?? '';
    this.select.value = this.model.loops[Number(loop)] ? loop : '';
    keep('distribution', { loop: this.select.value });
    this.draw();
  }

  private chosen(): Loop[] {
    return this.select.value === '' ? this.model.loops : [this.model.loops[Number(this.select.value)]];
  }

  private threshold(loops: Loop[]): number {
    const traces = this.model.report?.traces ?? [];
    return Math.min(...loops.map((loop) => traces[loop.trace]?.threshold_ns ?? Infinity), ...(loops.length ? [] : [0]));
  }

  private *stallTimes(loops: Loop[]): Generator<number> {
    const wanted = new Set(loops.map((loop) => this.model.loops.indexOf(loop)));
    const { stalls } = this.model;
    for (let row = 0; row < stalls.count; row++) if (wanted.has(stalls.loop[row])) yield stalls.duration[row];
  }

  private draw(): void {
    this.width = Math.max(280, this.host.clientWidth);
    const loops = this.chosen();
    const threshold = this.threshold(loops);
    const measured = mergeHistograms(loops.flatMap((loop) => (loop.histogram ? [loop.histogram] : [])));
    const buckets = measured.length ? measured : bucketsOf(this.stallTimes(loops));
    const one = loops.length === 1 ? loops[0] : null;
    const figure = (value: string, name: string) => h('div', { class: 'figure' }, h('dd', {}, value), h('dt', {}, name));
    const sum = (get: (loop: Loop) => number) => loops.reduce((all, loop) => all + get(loop), 0);
    const busy = sum((loop) => loop.busy_ns);
    this.host.replaceChildren(
      h('dl', { class: 'figures' },
        figure(count(sum((loop) => loop.iterations)), 'iterations'),
        figure(count(sum((loop) => loop.stalls)), 'stalls'),
        figure(percent(busy / (busy + sum((loop) => loop.idle_ns) || 1)), 'busy'),
        ...(one ? [figure(duration(one.p50_ns), 'p50'), figure(duration(one.p99_ns), 'p99')] : []),
        figure(duration(loops.reduce((most, loop) => Math.max(most, loop.max_ns), 0)), 'longest')),
      measured.length || !buckets.length ? '' : h('p', { class: 'note' },
        'This report has no histogram of all iterations: only stalls are shown. A newer nostall report has one.'),
      buckets.length
        ? histogram(buckets, Number.isFinite(threshold) ? threshold : 0, measured.length ? 'Iterations by duration' : 'Stalls by duration', this.width)
        : emptyState('No iterations', 'No iteration of this loop was measured.'));
  }

  private causes(): HTMLElement {
    const causes = new Map<string, { count: number; total: number }>();
    for (const { signature: s } of this.model.kinds) {
      const cause = causes.get(s.cause) ?? { count: 0, total: 0 };
      cause.count += s.count;
      cause.total += s.total_ns;
      causes.set(s.cause, cause);
    }
    const all = [...causes].sort(([, a], [, b]) => b.total - a.total);
    const most = all[0]?.[1].total || 1;
    return h('section', { 'aria-label': 'Causes' }, h('h2', {}, 'Causes'),
      all.length ? h('ul', { class: 'bars' }, all.map(([name, cause]) => h('li', {},
        h('a', { href: link('stalls', '', { cause: name || 'unknown' }) }, causeBadge(name)),
        h('span', { class: 'bar-text' }, capital(causeText(name))),
        h('span', { class: 'bar-value' }, `${duration(cause.total)} in ${counted(cause.count, 'stall')}`),
        h('span', { class: 'bar-line', 'aria-hidden': 'true' },
          h('span', { class: `fill-${family(name)}`, vars: { width: `${(cause.total / most) * 100}%` } })))))
        : h('p', { class: 'muted' }, 'No stalls.'));
  }

  private victims(): HTMLElement {
    const kinds = this.model.kinds.filter((kind) => kind.signature.victims > 0)
      .sort((a, b) => b.signature.victims - a.signature.victims || a.index - b.index);
    const most = kinds[0]?.signature.victims || 1;
    return h('section', { 'aria-label': 'Who waited' }, h('h2', {}, 'Who waited'),
      h('p', { class: 'muted' }, 'Events that were ready when stalls ended, by the kind of stall that held them up.'),
      kinds.length ? h('ul', { class: 'bars' }, kinds.slice(0, TOP_VICTIMS).map((kind) => h('li', {},
        h('a', { class: 'bar-name', href: link('stall', this.model.kindKey(kind)) },
          breakable(h('span', {}), kindTitle(kind.signature))),
        h('span', { class: 'bar-value' }, counted(kind.signature.victims, 'event')),
        h('span', { class: 'bar-line', 'aria-hidden': 'true' },
          h('span', { class: `fill-${family(kind.signature.cause)}`, vars: { width: `${(kind.signature.victims / most) * 100}%` } })))))
        : h('p', { class: 'muted' }, 'No event was seen to wait.'),
      kinds.length > TOP_VICTIMS ? h('p', {}, h('a', { href: link('stalls', '', { sort: 'victims' }) },
        `All ${count(kinds.length)} kinds`)) : null);
  }
}
