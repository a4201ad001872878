// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// One finding: what blocks, what it cost, and the way there over the source.

import { badge, changeBadge, changeName, stateBadge, stateText } from '../badges';
import { kindTitle } from '../causes';
import { breakable, h, prose } from '../dom';
import type { Finding, FurtherCall, Measured, Place } from '../documents';
import { checkName, count, counted, duration, place } from '../format';
import type { Model } from '../model';
import { link } from '../router';
import { excerpt } from '../source';

function placeText(file: string, line: number): HTMLElement {
  return breakable(h('span', { class: 'place' }), place(file, line));
}

function measuredText(m: Measured): string[] {
  const text: string[] = [];
  if (m.state === 'confirmed') {
    text.push(`${counted(m.count ?? 0, 'stall')}, longest ${duration(m.max_ns ?? 0)}, p99 `
      + `${duration(m.p99_ns ?? 0)}, ${duration(m.total_ns ?? 0)} in all.`);
    if (m.victims) text.push(`${counted(m.victims, 'event')} waited meanwhile.`);
  } else {
    text.push(`${stateText(m.state).replace(/^./, (c) => c.toUpperCase())}.`);
  }
  if (m.calls) {
    text.push(`The call ran ${count(m.calls)} ${m.calls === 1 ? 'time' : 'times'} on a loop, `
      + `${duration(m.calls_total_ns ?? 0)} in all, longest ${duration(m.calls_max_ns ?? 0)}.`);
  }
  return text;
}

function measuredCard(model: Model, measured: Measured): HTMLElement {
  const kinds = (measured.signatures ?? []).map((id) => model.kind(id)).filter((kind) => kind !== undefined);
  return h('section', { class: `card measured state-${measured.state}`, 'aria-label': 'Measured' },
    h('h3', {}, 'Measured'),
    h('p', {}, measuredText(measured).join(' ')),
    kinds.length ? h('ul', { class: 'plain-links' }, kinds.map((kind) => h('li', {},
      h('a', { href: link('stall', model.kindKey(kind)) }, breakable(h('span', {}), kindTitle(kind.signature))),
      h('span', { class: 'muted' }, ` ${counted(kind.signature.count, 'stall')}, ${duration(kind.signature.total_ns)}`))))
      : null);
}

function changeTexts(finding: Finding): string[] {
  const names = (list: string[]) => `'${list.join("', '")}'`;
  const text: string[] = [];
  if (finding.state === 'new') text.push('Only with this change.');
  if (finding.state === 'unchanged') text.push('Was there before.');
  if (finding.state === 'absent') text.push('Was there before, and is not any more. Its places are those of before.');
  if (finding.roots_gained?.length) text.push(`Newly reached from ${names(finding.roots_gained)}.`);
  if (finding.roots_lost?.length) text.push(`No longer reached from ${names(finding.roots_lost)}.`);
  if (finding.state === 'updated' && finding.tier_before !== finding.effect.tier) {
    text.push(`Worse than before: '${finding.effect.tier}' was '${finding.tier_before}'.`);
  }
  return text;
}

function callList(title: string, calls: FurtherCall[] | undefined): HTMLElement | null {
  if (!calls?.length) return null;
  return h('div', {}, h('h4', {}, title), h('ul', { class: 'places' }, calls.map((call) => h('li', {},
    breakable(h('code', {}), call.calls), ' in ', breakable(h('code', {}), call.function || '?'), ' ',
    placeText(call.file, call.line)))));
}

/** What a change, or what came after a baseline, did to it. */
function changeCard(model: Model, finding: Finding): HTMLElement | null {
  if (!finding.state && !finding.calls_gained && !finding.calls_lost) return null;
  const title = finding.state ? `${changeName(finding.state)} since ${model.base}` : 'Not in the baseline';
  return h('section', { class: `card state-${finding.state ?? 'updated'}`, 'aria-label': 'Change' },
    h('h3', {}, breakable(h('span', {}), title)),
    changeTexts(finding).map((text) => h('p', {}, prose(text))),
    callList('Newly also in', finding.calls_gained), callList('No longer in', finding.calls_lost));
}

function traceSteps(model: Model, finding: Finding): HTMLElement {
  // Lines of before would be other lines of the sources that are here.
  const gone = finding.state === 'absent';
  return h('ol', { class: 'trace' }, finding.trace.map((step, i) => {
    const isSink = step.file === finding.sink.file && step.line === finding.sink.line && i > 0;
    return h('li', { class: isSink ? 'step sink' : 'step' },
      h('p', { class: 'step-note' }, prose(step.note)),
      h('p', { class: 'step-place' }, step.function
        ? [breakable(h('code', {}), step.function), ' '] : null, placeText(step.file, step.line)),
      (gone ? null : excerpt(model.sources, step.file, step.line))
        ?? (i === 0 ? h('p', { class: 'muted' }, gone ? 'The source of before is not in this report.' : 'The source was not at hand when the report was made.') : null));
  }));
}

function placesSection(title: string, text: string, places: Place[]): HTMLElement | null {
  if (!places.length) return null;
  return h('section', {}, h('h3', {}, title), h('p', { class: 'muted' }, text),
    h('ul', { class: 'places' }, places.map((p) => h('li', {},
      breakable(h('code', {}), p.function || '?'), ' ', placeText(p.file, p.line)))));
}

function reference(text: string): HTMLElement | string {
  return /^https?:\/\//.test(text)
    ? h('a', { href: text, rel: 'noreferrer noopener', target: '_blank' }, text) : text;
}

function facts(finding: Finding): HTMLElement {
  const fact = (name: string, ...value: (Node | string)[]) => [h('dt', {}, name), h('dd', {}, value)];
  return h('dl', { class: 'facts' },
    fact('Runs on the loop as', `${finding.context.kind} `,
      breakable(h('code', {}), finding.context.function || '?'), ' ',
      placeText(finding.context.file, finding.context.line)),
    fact('Blocks in', breakable(h('code', {}), finding.sink.function), ' called by ',
      breakable(h('code', {}), finding.sink.in || '?'), ' ', placeText(finding.sink.file, finding.sink.line)),
    finding.reference ? fact('Reference', reference(finding.reference)) : [],
    fact('Check', h('code', {}, finding.check)),
    fact('Fingerprint', h('code', { class: 'selectable' }, finding.fingerprint)));
}

export function findingDetail(model: Model, finding: Finding): HTMLElement {
  const roots = finding.roots.filter((root) => root.file !== finding.file || root.line !== finding.line);
  return h('article', { class: 'detail' },
    h('a', { class: 'back', href: link('findings') }, 'All findings'),
    h('p', { class: 'badges' },
      finding.state ? changeBadge(finding.state) : null,
      finding.measured ? stateBadge(finding.measured.state) : null,
      badge(finding.effect.tier, 'how likely it is that the call stops the thread'),
      badge(`${finding.confidence} confidence`, 'how sure the way there is'),
      badge(finding.effect.category), badge(checkName(finding.check))),
    h('h2', { tabindex: -1 }, prose(finding.message)),
    h('p', { class: 'where' }, placeText(finding.file, finding.line)),
    changeCard(model, finding),
    finding.measured ? measuredCard(model, finding.measured) : null,
    finding.suggestion ? h('section', { class: 'card suggestion', 'aria-label': 'Instead' },
      h('h3', {}, 'Instead'), h('p', {}, prose(finding.suggestion))) : null,
    h('section', { 'aria-label': 'Trace' },
      h('h3', {}, 'How the loop gets there'),
      finding.trace.length ? traceSteps(model, finding)
        : finding.state === 'absent' ? null : excerpt(model.sources, finding.file, finding.line)),
    placesSection('Also reached from', 'Other places that lead to the same blocking call.', roots),
    placesSection('The same at', 'Further calls of this kind on the same object.', finding.also),
    facts(finding));
}
