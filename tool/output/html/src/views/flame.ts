// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The flame graph of what stalled: width is time lost, the outermost function
// at the top.

import flamegraph, { type FlameChart, type FlameDatum } from 'd3-flame-graph';
import { select } from 'd3-selection';
import { FAMILIES, kindTitle } from '../causes';
import { breakable, h, table } from '../dom';
import { flameTree, functionTimes, type FlameNode } from '../flamedata';
import { count, counted, duration, percent } from '../format';
import type { Kind, Model } from '../model';
import { keep, type Route } from '../router';
import { reducedMotion } from '../theme';
import type { View } from '../view';

const CELL = 22;
const TABLE_ROWS = 200;

export class FlameView implements View {
  readonly element: HTMLElement;
  private readonly host = h('div', {
    class: 'flame', tabindex: 0, role: 'group', 'aria-describedby': 'flame-help',
    'aria-label': 'Flame graph of time lost',
  });
  private readonly info = h('p', { class: 'flame-info', role: 'status' });
  private readonly subject = h('div', { class: 'flame-subject' });
  private readonly byFunction = h('details', { class: 'alternative' }, h('summary', {}, 'As a table, by function'));
  private readonly search = h('input', {
    type: 'search', class: 'search', placeholder: 'Highlight functions', 'aria-label': 'Highlight functions',
    spellcheck: 'false', oninput: () => this.highlight(),
  });
  private readonly cause: HTMLSelectElement;
  private readonly machine: HTMLInputElement;
  private readonly program: HTMLInputElement;
  private chart: FlameChart | null = null;
  private current: FlameDatum | null = null;
  private only = '';
  private width = 0;

  constructor(private readonly model: Model) {
    const causes = [...new Set(model.kinds.map((kind) => kind.signature.cause))].sort();
    const redraw = () => {
      keep('flame', this.state());
      this.draw();
    };
    this.cause = h('select', { 'aria-label': 'Cause', onchange: redraw },
      h('option', { value: '' }, 'Cause: all'), causes.map((cause) => h('option', { value: cause }, cause || 'unknown')));
    this.machine = h('input', { type: 'checkbox', onchange: redraw });
    this.program = h('input', { type: 'checkbox', onchange: redraw });
    this.element = h('div', { class: 'page' },
      h('h1', {}, 'Flame graph'),
      h('p', { class: 'lead' }, 'Time lost in stalls, by the functions that were running. Wider is longer.'),
      h('div', { class: 'toolbar', role: 'group', 'aria-label': 'Flame graph' },
        this.search, this.cause,
        h('label', { class: 'check' }, this.program, ' Without libraries'),
        h('label', { class: 'check' }, this.machine, ' With what the machine did'),
        h('button', { type: 'button', onclick: () => this.chart?.resetZoom() }, 'Reset zoom')),
      this.subject, this.info, this.host, this.legend(),
      h('p', { id: 'flame-help', class: 'muted' },
        'Click a function to zoom. With the keyboard: arrow keys move, Enter zooms, Escape zooms out.'),
      this.byFunction);
    this.host.addEventListener('keydown', (event) => this.key(event));
    this.byFunction.addEventListener('toggle', () => this.fillTable());
    new ResizeObserver(() => this.resize()).observe(this.host);
  }

  show(route: Route): void {
    this.only = route.query.get('stall') ?? '';
    this.cause.value = route.query.get('cause') ?? '';
    this.machine.checked = route.query.get('machine') === '1';
    this.program.checked = route.query.get('program') === '1';
    keep('flame', this.state());
    this.draw();
  }

  private state(): Record<string, string> {
    return { stall: this.only, cause: this.cause.value, machine: this.machine.checked ? '1' : '', program: this.program.checked ? '1' : '' };
  }

  private kinds(): Kind[] {
    const only = this.only ? this.model.kind(this.only) : undefined;
    if (only) return [only];
    return this.model.kinds.filter((kind) => (this.machine.checked || kind.list !== 'machine')
      && (!this.cause.value || kind.signature.cause === this.cause.value));
  }

  private legend(): HTMLElement {
    const entry = (name: string, text: string) => h('li', {},
      h('span', { class: `swatch tone-${name}`, 'aria-hidden': 'true' }), text);
    return h('ul', { class: 'legend' }, entry('program', 'the program'), entry('other', 'libraries'),
      FAMILIES.map(([name, text]) => entry(name, text)));
  }

  private draw(): void {
    const kinds = this.kinds();
    const only = this.only ? this.model.kind(this.only) : undefined;
    this.subject.replaceChildren(...(only ? [h('p', { class: 'chip' }, 'Only ',
      breakable(h('code', {}), kindTitle(only.signature)), ' ',
      h('a', { href: '#/flame' }, 'Show all'))] : []));
    this.host.replaceChildren();
    this.chart = null;
    this.current = null;
    this.byFunction.open = false;
    const tree = flameTree(kinds, this.program.checked);
    this.host.hidden = !kinds.length;
    this.info.textContent = kinds.length ? this.text(tree, tree.value) : 'No stall passes these filters.';
    if (!kinds.length) return;
    this.width = this.host.clientWidth;
    const chart = flamegraph().width(this.width || 800).cellHeight(CELL).inverted(true)
      .minFrameSize(2)
      .transitionDuration(reducedMotion() ? 0 : 200)
      .sort((a: FlameDatum, b: FlameDatum) => b.value - a.value || (a.data.name < b.data.name ? -1 : 1))
      .setColorMapper((d: FlameDatum) => `var(--${d.highlight ? 'flame-mark' : `flame-${d.data.tone}`})`)
      .setLabelHandler((d: FlameDatum) => this.text(d.data, tree.value))
      .setSearchMatch((d: FlameDatum, term: string) => d.data.name.toLowerCase().includes(term))
      .setSearchHandler((found: FlameDatum[], sum: number) => {
        this.info.textContent = `${counted(found.length, 'function')} in the graph, ${duration(sum)} (${percent(sum / (tree.value || 1))})`;
      })
      .onHover((d: FlameDatum) => { this.info.textContent = this.text(d.data, tree.value); })
      .onClick((d: FlameDatum) => this.mark(d));
    select(this.host).datum(tree).call(chart);
    this.chart = chart;
    const svg = this.host.querySelector('svg');
    svg?.setAttribute('aria-hidden', 'true');
    this.highlight();
  }

  private text(node: FlameNode, all: number): string {
    return `${node.name}: ${duration(node.value)}, ${percent(node.value / (all || 1))}`
      + `${node.place ? `, ${node.place}` : ''}`;
  }

  private highlight(): void {
    const term = this.search.value.trim().toLowerCase();
    if (term) this.chart?.search(term);
    else this.chart?.clear();
  }

  private resize(): void {
    if (!this.chart || !this.host.clientWidth || this.host.clientWidth === this.width) return;
    this.width = this.host.clientWidth;
    this.chart.width(this.width).update();
  }

  private mark(d: FlameDatum): void {
    this.current = d;
    select(this.host).selectAll<SVGGElement, FlameDatum>('g.frame')
      .classed('current', (other) => other === d);
    let root = d;
    while (root.parent) root = root.parent;
    this.info.textContent = this.text(d.data, root.data.value);
  }

  private key(event: KeyboardEvent): void {
    if (!this.chart) return;
    const root = select<HTMLElement, FlameDatum>(this.host).datum();
    const here = this.current ?? root;
    const wide = (list: FlameDatum[] | undefined) => (list ?? []).filter((d) => d.value > 0);
    const siblings = wide(here.parent?.children);
    const at = siblings.indexOf(here);
    const moves: Record<string, () => FlameDatum | null | undefined> = {
      ArrowDown: () => wide(here.children)[0],
      ArrowUp: () => here.parent,
      ArrowRight: () => siblings[at + 1],
      ArrowLeft: () => siblings[at - 1],
    };
    if (moves[event.key]) {
      const next = this.current ? moves[event.key]() : root;
      if (next) this.mark(next);
    } else if (event.key === 'Enter') {
      this.chart.zoomTo(here);
    } else if (event.key === 'Escape') {
      this.chart.resetZoom();
      this.mark(root);
    } else {
      return;
    }
    event.preventDefault();
  }

  private fillTable(): void {
    this.byFunction.querySelector('.table-scroll')?.remove();
    this.byFunction.querySelector('p')?.remove();
    if (!this.byFunction.open) return;
    const times = functionTimes(this.kinds());
    this.byFunction.append(table('Time lost by function', ['Function', 'In all', 'Innermost', 'Kinds', 'Place'],
      times.slice(0, TABLE_ROWS).map((t) => [breakable(h('code', {}), t.name), duration(t.total), duration(t.self),
        count(t.kinds), breakable(h('span', { class: 'place' }), t.place)]), { numeric: [1, 2, 3] }));
    if (times.length > TABLE_ROWS) {
      this.byFunction.append(h('p', { class: 'muted' }, `The first ${TABLE_ROWS} of ${count(times.length)} functions.`));
    }
  }
}
