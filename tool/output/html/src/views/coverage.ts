// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What was not seen: without it, figures look surer than they are.

import { h } from '../dom';
import { count, counted, duration, fileName } from '../format';
import type { Model } from '../model';

/** Sentences for the counts that are not 0. */
function sentences(counts: Record<string, number> | null | undefined, texts: [string, (n: number) => string][]): string[] {
  return texts.filter(([key]) => (counts?.[key] ?? 0) > 0).map(([key, text]) => text(counts![key]));
}

function analysisNotes(model: Model): string[] {
  return sentences(model.stats, [
    ['failed_tus', (n) => `${counted(n, 'file')} could not be analysed.`],
    ['partial_tus', (n) => `${counted(n, 'file')} had errors and ${n === 1 ? 'was' : 'were'} analysed in part.`],
    ['unresolved_calls', (n) => `${counted(n, 'indirect or virtual call')} with no known target.`],
    ['lost_callables', (n) => `${counted(n, 'callable')} given to functions of which nothing is known.`],
    ['unknown_functions', (n) => `${counted(n, 'call')} of functions with neither body nor knowledge.`],
    ['undecided_calls', (n) => `${counted(n, 'effect')} that depend${n === 1 ? 's' : ''} on a value that nothing shows.`],
    ['suppressed', (n) => `${counted(n, 'finding')} silenced by comments.`],
  ]);
}

function measuringNotes(model: Model): string[] {
  const { report } = model;
  if (!report) return [];
  const notes = [...report.coverage.notes];
  if (!report.loops.length) notes.push('No event loop was seen.');
  for (const trace of report.traces) {
    if (!trace.finished) notes.push(`${fileName(trace.file)} has no end: what came last is missing.`);
  }
  notes.push(...sentences({ dropped: report.dropped, suppressed: report.suppressed, lost_calls: report.lost_calls ?? 0 }, [
    ['dropped', (n) => `${counted(n, 'stall')} dropped: nothing but the number is known.`],
    ['suppressed', (n) => `${counted(n, 'stall')} taken out by suppressions.`],
    ['lost_calls', (n) => `${counted(n, 'blocking call')} of which it is not known where ${n === 1 ? 'it was' : 'they were'} made.`],
  ]));
  for (const rule of report.suppressions.filter((entry) => entry.count)) {
    notes.push(`${rule.function}${rule.cause ? ` (${rule.cause})` : ''}: ${counted(rule.count, 'stall')}, ${duration(rule.total_ns)}, since “${rule.reason}”.`);
  }
  notes.push(...sentences(report.coverage, [
    ['stalls_without_stack', (n) => `${counted(n, 'stall')} without a stack, ${count(report.coverage.stalls_with_stack)} with one.`],
    ['slots_exhausted', (n) => `${counted(n, 'loop')} found no place and ${n === 1 ? 'was' : 'were'} not measured.`],
    ['samples_failed', (n) => `${counted(n, 'sample')} failed.`],
    ['dropped_samples', (n) => `${counted(n, 'sample')} dropped.`],
  ]));
  for (const module of report.coverage.modules) notes.push(`${module.module}: ${module.problem}`);
  return notes;
}

export function coverage(model: Model): HTMLElement {
  const group = (title: string, notes: string[], none: string) => h('div', {},
    h('h3', {}, title),
    notes.length ? h('ul', { class: 'notes' }, notes.map((note) => h('li', {}, note))) : h('p', { class: 'muted' }, none));
  return h('section', { class: 'coverage', 'aria-label': 'What was not seen' },
    h('h2', {}, 'What was not seen'),
    h('div', { class: 'columns' },
      model.stats ? group('By the analysis', analysisNotes(model), 'Everything was analysed and resolved.') : null,
      model.report ? group('By the measurement', measuringNotes(model), 'Nothing is known to be missing.') : null));
}
