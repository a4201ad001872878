// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The HTML report: a page with its data within. This part shows the view that
// the address names.

import { emptyState, h } from './dom';
import { count } from './format';
import { readModel, type Model } from './model';
import { keptLink, link, parseRoute } from './router';
import { themeSwitch } from './theme';
import type { View } from './view';
import { DistributionView } from './views/distribution';
import { FindingsView, noFindings } from './views/findings';
import { FlameView } from './views/flame';
import { OverviewView } from './views/overview';
import { noStalls, StallsView } from './views/stalls';
import { TimelineView } from './views/timeline';
// Behind the libraries' own styles, which come with the views.
import 'uplot/dist/uPlot.min.css';
import '../style/base.css';
import '../style/layout.css';
import '../style/views.css';
import '../style/charts.css';

const TABS: [string, string][] = [
  ['overview', 'Overview'], ['findings', 'Findings'], ['stalls', 'Stalls'],
  ['flame', 'Flame graph'], ['timeline', 'Timeline'], ['distribution', 'Distribution'],
];

/** Routes that are shown by another's view. */
const SHOWN_BY: Record<string, string> = { finding: 'findings', stall: 'stalls' };

class EmptyView implements View {
  readonly element: HTMLElement;

  constructor(content: HTMLElement) {
    this.element = h('div', { class: 'page' }, content);
  }

  show(): void {
    // Nothing changes.
  }
}

function makeView(name: string, model: Model): View {
  switch (name) {
    case 'overview':
      return new OverviewView(model);
    case 'findings':
      return model.findings.length ? new FindingsView(model) : new EmptyView(noFindings(model));
    case 'stalls':
      return model.kinds.length ? new StallsView(model) : new EmptyView(noStalls(model));
    case 'flame':
      return model.kinds.length ? new FlameView(model) : new EmptyView(noStalls(model));
    case 'timeline':
      return model.report?.traces.length ? new TimelineView(model) : new EmptyView(noStalls(model));
    case 'distribution':
      return model.loops.length ? new DistributionView(model) : new EmptyView(noStalls(model));
    default:
      return new EmptyView(emptyState('No such page', 'The address names nothing in this report.'));
  }
}

class App {
  private readonly views = new Map<string, View>();
  private readonly main = h('main', { id: 'content', tabindex: -1 });
  private readonly tabs = new Map<string, HTMLElement>();
  private shown = '';

  constructor(private readonly model: Model) {
    const counts: Record<string, number> = {
      findings: model.findings.length, stalls: model.kinds.length,
    };
    const nav = h('nav', { 'aria-label': 'Views' }, TABS.map(([name, text]) => {
      // Coming back, a view has the filters that it was left with.
      const tab: HTMLElement = h('a', { href: link(name), onclick: () => tab.setAttribute('href', keptLink(name)) }, text,
        counts[name] ? [' ', h('span', { class: 'tab-count' }, count(counts[name]))] : null);
      this.tabs.set(name, tab);
      return tab;
    }));
    document.getElementById('app')!.replaceChildren(
      h('a', { class: 'skip', href: '#content', onclick: (event: Event) => {
        event.preventDefault();
        this.main.focus();
      } }, 'Skip to the content'),
      h('header', { class: 'top' }, h('a', { class: 'brand', href: link('overview'), 'aria-label': 'nostall, overview' },
        h('span', { class: 'brand-mark', 'aria-hidden': 'true' }), 'nostall'), nav, themeSwitch()),
      this.main);
  }

  start(): void {
    addEventListener('hashchange', () => this.show());
    this.show();
  }

  private show(): void {
    const route = parseRoute(location.hash);
    const name = SHOWN_BY[route.view] ?? route.view;
    let view = this.views.get(name);
    if (!view) {
      view = makeView(name, this.model);
      this.views.set(name, view);
    }
    if (name !== this.shown) {
      this.main.replaceChildren(view.element);
      this.main.scrollTop = 0;
      this.shown = name;
      for (const [tab, element] of this.tabs) {
        if (tab === name) element.setAttribute('aria-current', 'page');
        else element.removeAttribute('aria-current');
      }
      this.tabs.get(name)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    const title = TABS.find(([tab]) => tab === name)?.[1] ?? 'Report';
    document.title = `${title}${route.id ? ` ${route.id}` : ''} · nostall`;
    view.show(route);
  }
}

try {
  new App(readModel()).start();
  document.documentElement.dataset.ready = 'true';
  performance.mark('nostall-ready');
} catch (error) {
  document.getElementById('app')!.replaceChildren(h('main', { class: 'page' }, emptyState(
    'This report cannot be shown', `The data in this file is damaged: ${error instanceof Error ? error.message : error}`)));
  throw error;
}
