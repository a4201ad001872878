// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What there is, in figures, and what was not seen.

import { CHANGE_ORDER, changeBadge, changeName, stateBadge, stateName, stateText, STATE_ORDER } from '../badges';
import { kindTitle } from '../causes';
import { breakable, h, prose, table } from '../dom';
import { capital, count, counted, duration, moment, percent, place } from '../format';
import type { Kind, KindList, Model } from '../model';
import { link } from '../router';
import type { View } from '../view';
import { findingsCommand } from './findings';
import { STALLS_COMMAND } from './stalls';
import { coverage } from './coverage';

const TOP = 5;

function tile(title: string, value: string, href: string | null, ...rest: (Node | string | null)[]): HTMLElement {
  const text = [h('span', { class: 'tile-value' }, value), h('span', { class: 'tile-title' }, title)];
  return h('section', { class: 'tile', 'aria-label': title },
    href ? h('a', { class: 'tile-link', href }, text) : h('div', { class: 'tile-link' }, text), rest);
}

function missingTile(title: string, text: string, command: string): HTMLElement {
  return h('section', { class: 'tile missing', 'aria-label': title },
    h('span', { class: 'tile-title' }, title), h('p', {}, text),
    h('pre', { class: 'command', tabindex: 0, 'aria-label': 'Command' }, command));
}

/** With a base the question is what the change did. */
function changeTile(model: Model): HTMLElement {
  const of = (state: string) => model.findings.filter((f) => f.state === state).length;
  const introduced = of('new') + of('updated');
  return tile(`${introduced === 1 ? 'finding' : 'findings'} introduced since ${model.base}`, count(introduced), link('findings'),
    h('ul', { class: 'legend' }, CHANGE_ORDER.filter((state) => of(state)).map((state) => h('li', {},
      h('a', { href: link('findings', '', { change: state }) }, `${count(of(state))} ${changeName(state).toLowerCase()}`)))));
}

/** What was accepted, and what of that is found no more. */
function baseline(model: Model): HTMLElement | null {
  const accepted = model.checked?.baseline;
  if (!accepted) return null;
  return h('section', { 'aria-label': 'Baseline' }, h('h2', {}, 'Baseline'),
    h('p', {}, `${counted(accepted.accepted, 'finding')} accepted by the baseline, and not in this report.`),
    accepted.stale.length ? h('div', {},
      h('p', { class: 'muted' }, `${counted(accepted.stale.length, 'entry', 'entries')} no longer found:`),
      h('ul', { class: 'notes' }, accepted.stale.map((entry) => h('li', {}, breakable(h('code', {}), entry.sink), ' in ',
        breakable(h('code', {}), entry.function || '?'), ` (${entry.fingerprint})`)))) : null);
}

function findingsTile(model: Model): HTMLElement {
  if (!model.hasFindings) return missingTile('Findings', 'Only measurements are in this report.', findingsCommand(model));
  const all = model.findings;
  if (model.base) return changeTile(model);
  if (!model.isJoined) {
    const tiers = ['always', 'likely', 'rarely'].map((tier) => [tier, all.filter((f) => f.effect.tier === tier).length] as const);
    return tile(all.length === 1 ? 'finding' : 'findings', count(all.length), link('findings'),
      h('ul', { class: 'legend' }, tiers.filter(([, n]) => n).map(([tier, n]) => h('li', {},
        h('a', { href: link('findings', '', { tier }) }, `${count(n)} ${tier}`)))));
  }
  const states = STATE_ORDER.map((state) => [state, all.filter((f) => f.measured?.state === state).length] as const)
    .filter(([, n]) => n);
  return tile(all.length === 1 ? 'finding' : 'findings', count(all.length), link('findings'),
    h('div', { class: 'stack-bar', 'aria-hidden': 'true' }, states.map(([state, n]) => h('span', {
      class: `fill-${state}`, vars: { width: `${(n / all.length) * 100}%` },
    }))),
    h('ul', { class: 'legend' }, states.map(([state, n]) => h('li', {},
      h('span', { class: `swatch fill-${state}`, 'aria-hidden': 'true' }),
      h('a', { href: link('findings', '', { state }), title: stateText(state) }, `${count(n)} ${stateName(state).toLowerCase()}`)))));
}

function sums(model: Model, list: KindList): { kinds: Kind[]; count: number; total: number; max: number } {
  const kinds = model.kinds.filter((kind) => kind.list === list);
  return {
    kinds,
    count: kinds.reduce((all, kind) => all + kind.signature.count, 0),
    total: kinds.reduce((all, kind) => all + kind.signature.total_ns, 0),
    max: kinds.reduce((most, kind) => Math.max(most, kind.signature.max_ns), 0),
  };
}

function measuredTiles(model: Model): HTMLElement[] {
  const { report } = model;
  if (!report) return [missingTile('Stalls', model.isJoined
    ? 'Findings were compared with a trace, but its stalls are not in this report.' : 'Nothing was measured.', STALLS_COMMAND)];
  const program = sums(model, 'program');
  const machine = sums(model, 'machine');
  const unfinished = sums(model, 'unfinished');
  const predicted = program.kinds.filter((kind) => kind.signature.predicted_by?.length).length;
  const busiest = model.loops.reduce((most, loop) => Math.max(most, loop.utilization), 0);
  const line = (text: string) => h('p', { class: 'tile-line' }, text);
  return [
    tile(`lost in ${counted(program.count, 'stall')}`, duration(program.total), link('stalls', '', { list: 'program' }),
      line(`${counted(program.kinds.length, 'kind')}${program.count ? `, longest ${duration(program.max)}` : ''}`),
      model.isJoined && program.kinds.length ? line(`${count(predicted)} of ${counted(program.kinds.length, 'kind')} predicted`) : null,
      unfinished.count ? line(`${counted(unfinished.count, 'stall')} more had not ended`) : null),
    tile('made by the machine', duration(machine.total), link('stalls', '', { list: 'machine' }),
      line(machine.count ? `${counted(machine.count, 'stall')}: no change of the program mends them` : 'no stall of this sort')),
    tile(model.loops.length === 1 ? 'event loop' : 'event loops', count(model.loops.length), link('timeline'),
      line(model.loops.length ? `the busiest ${percent(busiest)} busy` : 'no loop was seen')),
  ];
}

function topStalls(model: Model): HTMLElement | null {
  if (!model.report) return null;
  const kinds = model.kinds.filter((kind) => kind.list === 'program').slice(0, TOP);
  return h('section', { 'aria-label': 'Costliest stalls' }, h('h2', {}, 'Costliest stalls'),
    kinds.length ? h('ol', { class: 'top-list' }, kinds.map((kind) => h('li', {},
      h('a', { href: link('stall', model.kindKey(kind)) }, breakable(h('span', {}), kindTitle(kind.signature))),
      h('span', { class: 'muted' }, `${duration(kind.signature.total_ns)} in ${counted(kind.signature.count, 'stall')}, longest ${duration(kind.signature.max_ns)}`))))
      : h('p', { class: 'muted' }, 'No stall of the program.'));
}

function topFindings(model: Model): HTMLElement | null {
  if (!model.hasFindings) return null;
  const title = model.isJoined ? 'Costliest findings' : model.base ? 'First findings of the change' : 'First findings';
  const shown = model.findings.filter((finding) => finding.state !== 'unchanged');
  return h('section', { 'aria-label': 'First findings' }, h('h2', {}, title),
    shown.length ? h('ol', { class: 'top-list' }, shown.slice(0, TOP).map((finding) => h('li', {},
      h('a', { href: link('finding', model.findingKey(finding)) }, prose(finding.message)),
      h('span', { class: 'muted' }, finding.state ? [changeBadge(finding.state), ' '] : null, finding.measured ? [stateBadge(finding.measured.state), ' '] : null,
        place(finding.file, finding.line)))))
      : h('p', { class: 'muted' }, model.base ? 'The change introduced nothing and fixed nothing.' : 'Nothing was found.'));
}

function loops(model: Model): HTMLElement | null {
  if (!model.loops.length) return null;
  const shown = model.loops.slice(0, 50);
  return h('section', { 'aria-label': 'Event loops' }, h('h2', {}, 'Event loops'),
    table('Event loops', ['Thread', 'Busy', 'Stalls', 'Iterations', 'p50', 'p99', 'Longest', 'Late timers', 'Waits in'],
      shown.map((loop, i) => [
        h('a', { href: link('distribution', '', model.loops.length > 1 ? { loop: String(i) } : {}) }, loop.thread || loop.process),
        h('span', { class: 'busy' }, percent(loop.utilization), h('span', { class: 'meter', 'aria-hidden': 'true' },
          h('span', { vars: { width: `${loop.utilization * 100}%` } }))),
        count(loop.stalls), count(loop.iterations), duration(loop.p50_ns), duration(loop.p99_ns), duration(loop.max_ns),
        loop.late_waits ? `${duration(loop.late_total_ns)} in ${count(loop.late_waits)}` : '–', h('code', {}, loop.wait),
      ]), { numeric: [1, 2, 3, 4, 5, 6, 7] }),
    shown.length < model.loops.length ? h('p', { class: 'muted' }, `The busiest ${shown.length} of ${count(model.loops.length)}.`) : null);
}

function about(model: Model): HTMLElement {
  const { report } = model;
  const overhead = report?.overhead;
  return h('section', { 'aria-label': 'About this report' }, h('h2', {}, 'About this report'),
    report ? table('Traces', ['Trace', 'Command', 'Host', 'Started', 'Lasted', 'Threshold'], report.traces.map((trace) => [
      breakable(h('span', {}), trace.file), h('code', {}, trace.command.join(' ') || 'attached'), trace.host,
      moment(trace.realtime_ns), `${duration(trace.duration_ns)}${trace.finished ? '' : ', without its end'}`,
      duration(trace.threshold_ns)]), { numeric: [4, 5] }) : null,
    overhead ? h('p', { class: 'muted' },
      `Measuring took about ${percent((overhead.probe_ns ?? 0) / (overhead.loops_ns || 1))} of the loops’ time, and the watcher `
      + `${duration(overhead.watcher_cpu_ns ?? 0)} of CPU time; it was late in ${count(overhead.late_ticks ?? 0)} of ${count(overhead.ticks ?? 0)} looks.`) : null,
    h('p', { class: 'muted' }, capital(`made by ${[...new Set([model.checked?.tool, report?.tool].filter(Boolean))].join(' and ')}. This file needs no network and asks for none.`)),
    h('details', { class: 'alternative' }, h('summary', {}, 'Licences of the libraries within'),
      h('pre', { class: 'licences', tabindex: 0, 'aria-label': 'Licences' }, document.getElementById('nostall-licences')?.textContent?.trim() ?? '')));
}

export class OverviewView implements View {
  readonly element: HTMLElement;

  constructor(model: Model) {
    const subject = model.report?.traces.map((trace) => trace.command.join(' ')).find(Boolean);
    this.element = h('div', { class: 'page overview' },
      h('h1', {}, 'What stalls the event loop'),
      subject ? h('p', { class: 'lead' }, h('code', {}, subject),
        model.report ? ` on ${model.report.host}, ${duration(model.report.duration_ns)}` : '') : null,
      h('div', { class: 'tiles' }, findingsTile(model), measuredTiles(model)),
      h('div', { class: 'columns' }, topFindings(model), topStalls(model)),
      baseline(model), loops(model), coverage(model), about(model));
  }

  show(): void {
    // Nothing changes.
  }
}
