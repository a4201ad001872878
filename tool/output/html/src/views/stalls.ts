// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The kinds of stalls as a table, and the one that is chosen.

import { causeBadge } from '../badges';
import { kindTitle, programFrame } from '../causes';
import { emptyState, h } from '../dom';
import { Facet, Filter } from '../facets';
import { FilterBar } from '../filterbar';
import { count, duration, fileName, place } from '../format';
import type { Kind, Model } from '../model';
import { keep, keptLink, link, remember, type Route } from '../router';
import { Rows } from '../rows';
import type { View } from '../view';
import { stallDetail } from './stall';

/** Adds measurements to a report that has findings only. */
export const STALLS_COMMAND = 'nostall run -o server.trace -- ./server\n'
  + 'nostall check -p build --format json -o findings.json\n'
  + 'nostall report server.trace --findings findings.json --format html -o report.html';

const LISTS: Record<string, string> = {
  program: 'The program’s', machine: 'The machine’s', unfinished: 'Unfinished',
};

const PREDICTIONS: Record<string, string> = { predicted: 'Predicted', 'not predicted': 'Not predicted' };
/** What the machine did is nobody's prediction; nor is anything without findings. */
const NOT_ASKED = 'not asked';

type SortKey = 'total_ns' | 'count' | 'max_ns' | 'p99_ns' | 'victims';
const COLUMNS: [SortKey, string, string][] = [
  ['total_ns', 'Lost', 'time lost in all'], ['count', 'Stalls', 'number of stalls'],
  ['max_ns', 'Longest', 'the longest stall'], ['p99_ns', 'p99', '99 of 100 were shorter'],
  ['victims', 'Waited', 'events that were ready when the stalls ended'],
];

function predictedOf(kind: Kind): string {
  if (kind.signature.predicted_by?.length) return 'predicted';
  return kind.signature.not_predicted ? 'not predicted' : NOT_ASKED;
}

export class StallsView implements View {
  readonly element: HTMLElement;
  private readonly filter: Filter;
  private readonly bar: FilterBar;
  private readonly rows: Rows;
  private readonly buttons = new Map<SortKey, HTMLElement>();
  private readonly none = emptyState('Nothing matches', 'No stall passes these filters.');
  private readonly detail = h('section', { class: 'pane detail-pane', 'aria-label': 'Stall' });
  private readonly largest: number;
  private sort: SortKey = 'total_ns';
  private chosen = '';
  private isFiltered = false;

  constructor(private readonly model: Model) {
    const { kinds } = model;
    this.largest = kinds.reduce((most, kind) => Math.max(most, kind.signature.total_ns), 1);
    const facet = (key: string, label: string, value: (kind: Kind) => string, first: string[] = []) => new Facet(
      key, label, kinds.length, (row) => value(kinds[row]), first);
    this.filter = new Filter(kinds.map((kind) => kind.text), [
      facet('list', 'Whose doing', (kind) => kind.list, Object.keys(LISTS)),
      facet('predicted', 'Prediction', predictedOf, Object.keys(PREDICTIONS)),
      facet('cause', 'Cause', (kind) => kind.signature.cause || 'unknown'),
      facet('call', 'Call', (kind) => kind.signature.call || 'none'),
    ]);
    this.bar = new FilterBar(this.filter, {
      search: 'Search stalls', pills: ['list', 'predicted'],
      name: (f, value) => (f.key === 'list' ? LISTS[value] : f.key === 'predicted' ? PREDICTIONS[value] ?? '' : value),
      changed: () => {
        this.apply();
        this.keepState();
      },
    });
    this.rows = new Rows({
      label: 'Kinds of stalls', role: 'table', rowHeight: 56, columns: 6, head: this.head(),
      render: (row) => this.row(row),
    });
    this.element = h('div', { class: 'split wide-list' },
      h('section', { class: 'pane list-pane', 'aria-label': 'Table of stalls' }, this.bar.element, this.none, this.rows.element),
      this.detail);
  }

  show(route: Route): void {
    if (route.view === 'stalls' || !this.isFiltered) {
      if (route.view === 'stalls') {
        this.filter.restore(route.query);
        this.sort = COLUMNS.find(([key]) => key === route.query.get('sort'))?.[0] ?? 'total_ns';
      }
      this.apply();
      if (route.view === 'stalls') this.keepState();
    }
    this.element.classList.toggle('has-choice', route.view === 'stall');
    this.choose(route.view === 'stall' ? route.id : this.chosen);
    if (route.view === 'stall') this.rows.reveal(this.model.kind(route.id)?.index ?? -1);
  }

  private keepState(): void {
    const state = { ...this.filter.state(), sort: this.sort === 'total_ns' ? '' : this.sort };
    if (location.hash.startsWith('#/stall/')) remember('stalls', state);
    else keep('stalls', state);
  }

  private apply(): void {
    const { kinds } = this.model;
    const shown = this.filter.rows();
    shown.sort((a, b) => kinds[b].signature[this.sort] - kinds[a].signature[this.sort] || a - b);
    this.rows.show(shown);
    this.bar.update(shown.length, kinds.length, 'kind of stall', 'kinds of stalls');
    this.none.hidden = shown.length > 0;
    this.rows.element.hidden = shown.length === 0;
    for (const [key, cell] of this.buttons) cell.setAttribute('aria-sort', key === this.sort ? 'descending' : 'none');
    this.isFiltered = true;
    if (!this.chosen && shown.length) this.choose(this.model.kindKey(kinds[shown[0]]));
  }

  private choose(key: string): void {
    if (!key) return;
    const kind = this.model.kind(key);
    this.chosen = key;
    this.detail.replaceChildren(kind ? stallDetail(this.model, kind)
      : emptyState('No such stall', `This report has no stalls with the signature ${key}.`));
    this.detail.querySelector('.back')?.setAttribute('href', keptLink('stalls'));
    this.detail.scrollTop = 0;
    this.rows.choose(kind?.index ?? -1);
  }

  private head(): HTMLElement {
    return h('div', { role: 'row', class: 'row-grid kind' },
      h('span', { role: 'columnheader' }, 'Kind'),
      COLUMNS.map(([key, text, title]) => {
        const cell = h('span', { role: 'columnheader', class: `number col-${key}` }, h('button', {
          type: 'button', class: 'sort', title,
          onclick: () => {
            this.sort = key;
            this.apply();
            this.keepState();
          },
        }, text));
        this.buttons.set(key, cell);
        return cell;
      }));
  }

  private row(row: number): HTMLElement {
    const kind = this.model.kinds[row];
    const s = kind.signature;
    const key = this.model.kindKey(kind);
    const frame = programFrame(s.frames);
    const predicted = predictedOf(kind);
    const cell = (column: SortKey, text: string) => h('span', { role: 'cell', class: `number col-${column}` }, text);
    return h('div', {
      class: 'row-grid kind',
      onclick: (event: MouseEvent) => {
        if (!(event.target as Element).closest('a')) location.hash = link('stall', key);
      },
    },
    h('span', { role: 'cell', class: 'kind-cell' },
      h('a', { href: link('stall', key), title: kindTitle(s) }, kindTitle(s)),
      h('span', { class: 'row-sub' }, causeBadge(s.cause),
        kind.list !== 'program' ? h('span', { class: 'muted' }, LISTS[kind.list].toLowerCase()) : null,
        predicted !== NOT_ASKED ? h('span', { class: predicted === 'predicted' ? 'predicted-mark' : 'muted' }, predicted) : null,
        frame?.file ? h('span', { class: 'row-place', title: place(frame.file, frame.line) },
          place(fileName(frame.file), frame.line)) : null)),
    h('span', { role: 'cell', class: 'number col-total_ns' }, duration(s.total_ns),
      h('span', { class: 'meter', 'aria-hidden': 'true' }, h('span', { vars: { width: `${(s.total_ns / this.largest) * 100}%` } }))),
    cell('count', count(s.count)), cell('max_ns', duration(s.max_ns)),
    cell('p99_ns', `${s.p99_exact ? '' : '≤ '}${duration(s.p99_ns)}`), cell('victims', count(s.victims)));
  }
}

export function noStalls(model: Model): HTMLElement {
  return emptyState(
    model.report ? 'No stalls' : 'No measurements in this report',
    model.report ? 'No iteration of an event loop reached the threshold while it was measured.'
      : 'It shows findings only. Run the program under nostall to see what stalls, and for how long:',
    model.report ? undefined : STALLS_COMMAND,
  );
}
