// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// A list or table of any length: only the rows in sight are in the document.
// All rows have one height. One row is active, the only one that Tab reaches;
// the arrow keys, Home, End and Page keys make others active.

import { h } from './dom';

export interface RowsOptions {
  label: string;
  rowHeight: number;
  /** 'table': the rows have cells, and stand below a head. */
  role: 'list' | 'table';
  /** A row's content; must hold one link or button. */
  render(row: number): HTMLElement;
  head?: HTMLElement;
  columns?: number;
}

const OVERSCAN = 6;

export class Rows {
  readonly element: HTMLElement;
  readonly scroller: HTMLElement;
  private readonly body: HTMLElement;
  private readonly shown = new Map<number, HTMLElement>();
  private order: ArrayLike<number> = [];
  private active = 0;
  private chosen = -1;

  constructor(private readonly options: RowsOptions) {
    const isTable = options.role === 'table';
    this.body = h('div', {
      class: 'rows-body', role: isTable ? 'rowgroup' : 'list', 'aria-label': isTable ? null : options.label,
    });
    this.scroller = h('div', {
      class: 'rows-scroller', tabindex: -1, role: isTable ? 'table' : null, 'aria-label': isTable ? options.label : null,
      'aria-colcount': isTable ? options.columns : null,
    },
      isTable && options.head ? h('div', { role: 'rowgroup', class: 'rows-head' }, options.head) : null,
      this.body);
    this.element = h('div', { class: 'rows' }, this.scroller);
    this.scroller.addEventListener('scroll', () => this.update(), { passive: true });
    this.body.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.update()).observe(this.scroller);
  }

  get count(): number {
    return this.order.length;
  }

  /** The rows to show, as the numbers that render() gets. */
  show(order: ArrayLike<number>): void {
    this.order = order;
    this.active = 0;
    this.body.style.setProperty('height', `${order.length * this.options.rowHeight}px`);
    if (this.options.role === 'table') this.scroller.setAttribute('aria-rowcount', String(order.length + 1));
    this.scroller.scrollTop = 0;
    for (const element of this.shown.values()) element.remove();
    this.shown.clear();
    this.update();
  }

  /** Marks one row as the one whose detail is shown; -1: none. */
  choose(row: number): void {
    this.chosen = row;
    for (const [at, element] of this.shown) this.mark(at, element);
  }

  /** Makes a row active and brings it into sight; -1 does nothing. */
  reveal(row: number, focus = false): void {
    const at = Array.prototype.indexOf.call(this.order, row);
    if (at >= 0) this.activate(at, focus);
  }

  private activate(at: number, focus: boolean): void {
    const height = this.options.rowHeight;
    const head = this.body.offsetTop;
    const top = at * height;
    const space = this.scroller.clientHeight - head;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (space > 0 && top + height > this.scroller.scrollTop + space) {
      this.scroller.scrollTop = top + height - space;
    }
    this.setTabIndex(this.active, -1);
    this.active = at;
    this.update();
    this.setTabIndex(at, 0);
    if (focus) this.target(at)?.focus({ preventScroll: true });
  }

  private target(at: number): HTMLElement | null {
    return this.shown.get(at)?.querySelector<HTMLElement>('a, button') ?? null;
  }

  private mark(at: number, element: HTMLElement): void {
    const isChosen = this.order[at] === this.chosen;
    element.classList.toggle('chosen', isChosen);
    const target = element.querySelector('a, button');
    if (isChosen) target?.setAttribute('aria-current', 'true');
    else target?.removeAttribute('aria-current');
  }

  private setTabIndex(at: number, value: number): void {
    this.target(at)?.setAttribute('tabindex', String(value));
  }

  private update(): void {
    const height = this.options.rowHeight;
    const top = this.scroller.scrollTop;
    const first = Math.max(0, Math.floor(top / height) - OVERSCAN);
    const last = Math.min(this.count, Math.ceil((top + this.scroller.clientHeight) / height) + OVERSCAN);
    for (const [at, element] of this.shown) {
      // The active row stays, so that focus is not lost by scrolling.
      if ((at < first || at >= last) && at !== this.active) {
        element.remove();
        this.shown.delete(at);
      }
    }
    for (let at = first; at < last; at++) this.add(at);
    if (this.active < this.count) this.add(this.active);
  }

  private add(at: number): void {
    if (this.shown.has(at)) return;
    const element = this.options.render(this.order[at]);
    const isTable = this.options.role === 'table';
    element.setAttribute('role', isTable ? 'row' : 'listitem');
    element.classList.add('row');
    element.setAttribute(isTable ? 'aria-rowindex' : 'aria-posinset', String(at + (isTable ? 2 : 1)));
    if (!isTable) element.setAttribute('aria-setsize', String(this.count));
    element.style.setProperty('transform', `translateY(${at * this.options.rowHeight}px)`);
    element.style.setProperty('height', `${this.options.rowHeight}px`);
    // In the document's order, which is that of reading aloud.
    let next: HTMLElement | null = null;
    for (const [other, candidate] of this.shown) {
      if (other > at && (!next || other < Number(next.dataset.at))) next = candidate;
    }
    element.dataset.at = String(at);
    this.body.insertBefore(element, next);
    this.shown.set(at, element);
    this.mark(at, element);
    this.setTabIndex(at, at === this.active ? 0 : -1);
  }

  private key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.options.rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.count, End: this.count,
    };
    const step = steps[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || !this.count) return;
    event.preventDefault();
    this.activate(Math.min(this.count - 1, Math.max(0, this.active + step)), true);
  }
}
