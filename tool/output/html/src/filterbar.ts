// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The controls of a Filter: a search field, buttons for facets with few values,
// lists for others, and how many rows are left.

import { h } from './dom';
import type { Facet, Filter } from './facets';
import { count, counted } from './format';

export interface FilterBarOptions {
  search: string;
  /** Keys of facets whose values are buttons. */
  pills: string[];
  /** Empty: no button for this one. */
  name(facet: Facet, value: string): string;
  changed(): void;
}

const MAX_OPTIONS = 1000;

export class FilterBar {
  readonly element: HTMLElement;
  private readonly search: HTMLInputElement;
  private readonly status = h('p', { class: 'result-count', role: 'status' });
  private readonly reset: HTMLButtonElement;
  private readonly updates: (() => void)[] = [];

  constructor(private readonly filter: Filter, private readonly options: FilterBarOptions) {
    this.search = h('input', {
      type: 'search', class: 'search', placeholder: options.search, 'aria-label': options.search,
      autocomplete: 'off', spellcheck: 'false',
      oninput: () => {
        filter.query = this.search.value;
        this.changed();
      },
    });
    this.reset = h('button', { type: 'button', class: 'quiet', onclick: () => this.clear() }, 'Clear filters');
    const facets = filter.facets.filter((facet) => facet.values.length > 1);
    const isPills = (facet: Facet) => options.pills.includes(facet.key);
    this.element = h('div', { class: 'filters', role: 'search' },
      this.search,
      facets.filter(isPills).map((facet) => this.pills(facet)),
      h('div', { class: 'selects' }, facets.filter((facet) => !isPills(facet)).map((facet) => this.select(facet))),
      h('div', { class: 'filter-foot' }, this.status, this.reset));
  }

  /** After the filter was changed elsewhere. */
  update(shown: number, all: number, one: string, many?: string): void {
    if (this.search.value !== this.filter.query) this.search.value = this.filter.query;
    this.updates.forEach((update) => update());
    const isFiltered = Object.values(this.filter.state()).some(Boolean);
    this.reset.hidden = !isFiltered;
    this.status.textContent = (isFiltered ? `${count(shown)} of ` : '') + counted(all, one, many);
  }

  private changed(): void {
    this.options.changed();
  }

  private clear(): void {
    this.filter.restore(new URLSearchParams());
    this.changed();
    this.search.focus();
  }

  private pills(facet: Facet): HTMLElement {
    const buttons = facet.values.map((value, i) => {
      const name = this.options.name(facet, value);
      if (!name) return null;
      const button = h('button', {
        type: 'button', class: 'pill', 'data-value': value,
        onclick: () => {
          facet.selected = facet.selected === value ? '' : value;
          this.changed();
        },
      }, name, ' ', h('span', { class: 'pill-count' }, count(facet.counts[i])));
      this.updates.push(() => button.setAttribute('aria-pressed', String(facet.selected === value)));
      return button;
    });
    return h('div', { class: 'pills', role: 'group', 'aria-label': facet.label }, buttons);
  }

  private select(facet: Facet): HTMLElement {
    const select = h('select', {
      'aria-label': facet.label,
      onchange: () => {
        facet.selected = select.value;
        this.changed();
      },
    }, h('option', { value: '' }, `${facet.label}: all`),
    facet.values.slice(0, MAX_OPTIONS).map((value, i) => h('option', { value },
      `${this.options.name(facet, value)} (${count(facet.counts[i])})`)));
    this.updates.push(() => {
      select.value = facet.selected;
      select.classList.toggle('is-set', facet.selected !== '');
    });
    return select;
  }
}
