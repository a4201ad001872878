// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// All findings, in the order of the document, and the one that is chosen.

import { CHANGE_ORDER, changeBadge, changeName, STATE_ORDER, stateBadge, stateName, stateText } from '../badges';
import { emptyState, h, prose } from '../dom';
import { Facet, Filter } from '../facets';
import { FilterBar } from '../filterbar';
import { capital, checkName, counted, duration, fileName, place } from '../format';
import type { Model } from '../model';
import { keep, keptLink, link, remember, type Route } from '../router';
import { Rows } from '../rows';
import type { View } from '../view';
import { findingDetail } from './finding';

const ROW_HEIGHT = 74;

/** Adds findings to a report that has measurements only. */
export function findingsCommand(model: Model): string {
  const traces = model.report?.traces.map((trace) => trace.file).join(' ') || 'server.trace';
  return 'nostall check -p build --format json -o findings.json\n'
    + `nostall report ${traces} --findings findings.json --format html -o report.html`;
}

function makeFilter(model: Model): Filter {
  const all = model.findings;
  const texts = all.map((f) => [f.message, f.file, f.function, f.check, f.context.function, f.suggestion,
    f.fingerprint, ...f.trace.map((step) => `${step.function} ${step.file}`)].join('\n').toLowerCase());
  const facet = (key: string, label: string, value: (row: number) => string, first: readonly string[] = []) => new Facet(
    key, label, all.length, value, first);
  return new Filter(texts, [
    facet('change', 'Change', (row) => all[row].state ?? 'none', CHANGE_ORDER),
    facet('state', 'Measured', (row) => all[row].measured?.state ?? 'not-measured', STATE_ORDER),
    facet('tier', 'How likely', (row) => all[row].effect.tier, ['always', 'likely', 'rarely']),
    facet('file', 'File', (row) => all[row].file),
    facet('check', 'Check', (row) => all[row].check),
    facet('category', 'Category', (row) => all[row].effect.category),
  ]);
}

export class FindingsView implements View {
  readonly element: HTMLElement;
  private readonly filter: Filter;
  private readonly bar: FilterBar;
  private readonly rows: Rows;
  private readonly none = emptyState('Nothing matches', 'No finding passes these filters.');
  private readonly detail = h('section', { class: 'pane detail-pane', 'aria-label': 'Finding' });
  private chosen = '';
  private isFiltered = false;

  constructor(private readonly model: Model) {
    this.filter = makeFilter(model);
    this.rows = new Rows({
      label: 'Findings', role: 'list', rowHeight: ROW_HEIGHT, render: (row) => this.row(row),
    });
    this.bar = new FilterBar(this.filter, {
      search: 'Search findings',
      pills: ['change', 'state', 'tier'],
      name: (facet, value) => (facet.key === 'state' ? stateName(value)
        : facet.key === 'change' ? changeName(value)
        : facet.key === 'check' ? checkName(value) : facet.key === 'tier' ? capital(value) : value),
      changed: () => {
        this.apply();
        this.keepState();
      },
    });
    this.element = h('div', { class: 'split' },
      h('section', { class: 'pane list-pane', 'aria-label': 'List of findings' }, this.bar.element, this.none, this.rows.element),
      this.detail);
  }

  show(route: Route): void {
    if (route.view === 'findings' || !this.isFiltered) {
      if (route.view === 'findings') this.filter.restore(route.query);
      this.apply();
      if (route.view === 'findings') this.keepState();
    }
    this.element.classList.toggle('has-choice', route.view === 'finding');
    this.choose(route.view === 'finding' ? route.id : this.chosen);
    if (route.view === 'finding') this.rows.reveal(this.model.findingRow(route.id));
  }

  private keepState(): void {
    if (!location.hash.startsWith('#/finding/')) keep('findings', this.filter.state());
    else remember('findings', this.filter.state());
  }

  private apply(): void {
    const shown = this.filter.rows();
    this.rows.show(shown);
    this.bar.update(shown.length, this.model.findings.length, 'finding');
    this.none.hidden = shown.length > 0;
    this.rows.element.hidden = shown.length === 0;
    this.isFiltered = true;
    if (!this.chosen && shown.length) this.choose(this.model.findingKey(this.model.findings[shown[0]]));
  }

  private choose(key: string): void {
    if (!key) return;
    const finding = this.model.finding(key);
    this.chosen = key;
    this.detail.replaceChildren(finding ? findingDetail(this.model, finding)
      : emptyState('No such finding', `This report has no finding with the fingerprint ${key}.`));
    this.detail.querySelector('.back')?.setAttribute('href', keptLink('findings'));
    this.detail.scrollTop = 0;
    this.rows.choose(this.model.findingRow(key));
  }

  private row(row: number): HTMLElement {
    const finding = this.model.findings[row];
    const measured = finding.measured;
    const cost = measured?.state === 'confirmed'
      ? `${duration(measured.total_ns ?? 0)} in ${counted(measured.count ?? 0, 'stall')}` : '';
    return h('div', { class: 'finding-row' },
      h('a', { href: link('finding', this.model.findingKey(finding)) },
        h('span', { class: 'row-title' }, prose(finding.message)),
        h('span', { class: 'row-sub' },
          finding.state ? changeBadge(finding.state) : null,
          measured ? stateBadge(measured.state) : null,
          cost ? h('span', { class: 'cost' }, cost) : null,
          h('span', { class: 'row-place', title: place(finding.file, finding.line) },
            place(fileName(finding.file), finding.line)),
          h('span', { class: 'muted' }, `${finding.effect.tier} · ${finding.effect.category}`),
          measured ? h('span', { class: 'visually-hidden' }, stateText(measured.state)) : null)));
  }
}

export function noFindings(model: Model): HTMLElement {
  return emptyState(
    model.hasFindings ? 'Nothing found' : 'No findings in this report',
    model.hasFindings ? 'The analysis found nothing that stalls an event loop.'
      : 'It shows measured stalls only. The analysis finds what may stall before it does; '
        + 'this command makes a report of it:',
    model.hasFindings ? undefined : findingsCommand(model),
  );
}
