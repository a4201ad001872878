// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// One kind of stall: what it cost, where the time went, the stack, who
// predicted it, and each stall.

import { causeBadge, badge } from '../badges';
import { causeText, frameName, isProgram, kindTitle, programFrame } from '../causes';
import { breakable, h, prose, table } from '../dom';
import type { Frame, Signature } from '../documents';
import { capital, count, counted, duration, fileName, place } from '../format';
import type { Kind, Model } from '../model';
import { link } from '../router';
import { Rows } from '../rows';
import { excerpt } from '../source';

/** So many functions of libraries in a row are shown when asked for. */
const FOLDED = 3;

const MATCH: Record<string, string> = {
  exact: 'the same functions and lines',
  moved: 'the same functions, other lines',
  sink: 'the same blocking call, reached another way',
};

function figure(value: string, name: string): HTMLElement {
  return h('div', { class: 'figure' }, h('dd', {}, value), h('dt', {}, name));
}

/** On a CPU, waiting for one, blocked: the parts of the whole. */
function timeSplit(s: Signature): HTMLElement {
  if (!s.run_ns && !s.runqueue_ns) {
    return h('p', { class: 'muted' }, 'The kernel did not tell how much of the time was spent on a CPU.');
  }
  const whole = Math.max(s.total_ns, s.run_ns + s.runqueue_ns, 1);
  const parts: [string, string, number][] = [
    ['compute', 'on a CPU', s.run_ns],
    ['machine', 'waiting for a CPU', s.runqueue_ns],
    ['io', 'blocked', Math.max(0, whole - s.run_ns - s.runqueue_ns)],
  ];
  return h('div', {},
    h('div', { class: 'stack-bar', 'aria-hidden': 'true' }, parts.map(([name, , ns]) => h('span', {
      class: `fill-${name}`, vars: { width: `${(ns / whole) * 100}%` },
    }))),
    h('ul', { class: 'legend' }, parts.map(([name, text, ns]) => h('li', {},
      h('span', { class: `swatch fill-${name}`, 'aria-hidden': 'true' }), `${text} ${duration(ns)}`))));
}

function prediction(model: Model, s: Signature): HTMLElement | null {
  if (s.predicted_by?.length) {
    return h('section', { class: 'card predicted', 'aria-label': 'Predicted by' },
      h('h3', {}, 'Predicted by'),
      h('ul', { class: 'plain-links' }, s.predicted_by.map((p) => {
        const finding = model.finding(p.fingerprint);
        return h('li', {},
          finding ? h('a', { href: link('finding', p.fingerprint) }, prose(finding.message)) : h('code', {}, p.fingerprint),
          h('span', { class: 'muted' }, ` ${MATCH[p.match] ?? p.match}`));
      })));
  }
  if (s.not_predicted) {
    const frame = s.frames[s.not_predicted.frame];
    return h('section', { class: 'card', 'aria-label': 'Not predicted' },
      h('h3', {}, 'Not predicted'),
      h('p', {}, prose(s.not_predicted.text), frame ? [' At ', breakable(h('code', {}), frameName(frame)), '.'] : null));
  }
  return null;
}

function frameItem(model: Model, frame: Frame, isOpen: boolean): HTMLElement {
  const name = breakable(h('code', { class: 'frame-name' }), frameName(frame));
  const where = breakable(h('span', { class: 'place' }),
    frame.file ? place(frame.file, frame.line) : fileName(frame.module));
  const text = [name, frame.inlined ? [' ', badge('inlined', 'into the next function')] : null, where];
  const source = frame.line ? excerpt(model.sources, frame.file, frame.line) : null;
  return h('li', { class: isProgram(frame) ? 'frame program' : 'frame' },
    source ? h('details', { open: isOpen }, h('summary', {}, text), source) : h('div', { class: 'no-source' }, text));
}

/** Frames of the program and of libraries by turns. */
function runs(frames: Frame[]): Frame[][] {
  const result: Frame[][] = [];
  for (const frame of frames) {
    const last = result[result.length - 1];
    if (last && isProgram(last[0]) === isProgram(frame)) last.push(frame);
    else result.push([frame]);
  }
  return result;
}

function stack(model: Model, title: string, frames: Frame[]): HTMLElement {
  const best = programFrame(frames);
  return h('section', { 'aria-label': title }, h('h3', {}, title),
    h('ol', { class: 'frames' }, runs(frames).map((run) => {
      const items = run.map((frame) => frameItem(model, frame, frame === best));
      if (run.length < FOLDED || isProgram(run[0])) return items;
      return h('li', { class: 'fold' }, h('details', {},
        h('summary', {}, counted(run.length, 'function'), ' of libraries'), h('ol', {}, items)));
    })));
}

/** Each stall, as rows of any number. */
function occurrences(model: Model, kind: Kind): HTMLElement | null {
  const rows = model.stallsOf(kind);
  const stalls = model.report?.stalls ?? [];
  if (!rows.length) return null;
  const order = Array.from(rows).sort((a, b) => stalls[b].duration_ns - stalls[a].duration_ns || a - b);
  const head = h('div', { role: 'row', class: 'row-grid occurrence' },
    ['Time', 'Duration', 'Thread', 'Task'].map((text) => h('span', { role: 'columnheader' }, text)));
  const list = new Rows({
    label: 'Stalls of this kind', role: 'table', rowHeight: 32, head, columns: 4,
    render: (row) => {
      const stall = stalls[row];
      const loop = model.loops[model.stalls.loop[row]];
      const cell = (...text: (Node | string)[]) => h('span', { role: 'cell' }, text);
      return h('div', { class: 'row-grid occurrence' },
        cell(h('a', { href: link('timeline', '', { stall: String(row) }) }, duration(model.stalls.start[row]))),
        cell(duration(stall.duration_ns)),
        cell(`${loop ? `${loop.thread} ` : ''}${stall.tid}`), cell(stall.task || '–'));
    },
  });
  list.element.classList.add('occurrences');
  list.element.style.setProperty('height', `${Math.min(10, order.length) * 32 + 34}px`);
  list.show(order);
  return h('section', {}, h('h3', {}, 'Each stall, the longest first'),
    rows.length < kind.signature.count
      ? h('p', { class: 'muted' }, `${count(rows.length)} of ${count(kind.signature.count)}; others were only counted.`) : null,
    list.element);
}

export function stallDetail(model: Model, kind: Kind): HTMLElement {
  const s = kind.signature;
  const p99 = `${s.p99_exact ? '' : '≤ '}${duration(s.p99_ns)}`;
  return h('article', { class: 'detail' },
    h('a', { class: 'back', href: link('stalls') }, 'All stalls'),
    h('p', { class: 'badges' }, causeBadge(s.cause),
      kind.list === 'machine' ? badge('made by the machine', 'no change of the program mends it') : null,
      kind.list === 'unfinished' ? badge('unfinished', 'had not ended when the trace did') : null,
      s.task ? badge(`task ${s.task}`) : null),
    h('h2', { tabindex: -1 }, breakable(h('code', {}), kindTitle(s))),
    h('p', { class: 'where' }, `${capital(causeText(s.cause))}${s.owner ? `, held by ${s.owner}` : ''}.`),
    h('dl', { class: 'figures' }, figure(duration(s.total_ns), 'lost in all'), figure(count(s.count), 'stalls'),
      figure(duration(s.max_ns), 'longest'), figure(p99, 'p99'), figure(count(s.victims), 'events waited')),
    timeSplit(s),
    prediction(model, s),
    s.frames.length ? stack(model, 'Stack of the longest stall', s.frames)
      : h('p', { class: 'muted' }, 'No stack was taken.'),
    s.truncated && s.frames.length ? h('p', { class: 'muted' }, 'The stack does not reach the thread’s start.') : null,
    s.owner_frames.length ? stack(model, `The lock’s holder${s.owner ? `: ${s.owner}` : ''}`, s.owner_frames) : null,
    h('p', {}, h('a', { href: link('flame', '', { stall: model.kindKey(kind) }) }, 'Show in the flame graph')),
    h('section', {}, h('h3', {}, 'Threads'), table('Threads', ['Thread', 'Stalls', 'Lost'],
      s.threads.map((t) => [t.thread, count(t.count), duration(t.total_ns)]), { numeric: [1, 2] })),
    occurrences(model, kind),
    h('p', { class: 'muted' }, s.minor_faults || s.major_faults
      ? `${counted(s.minor_faults, 'minor page fault')}, ${counted(s.major_faults, 'major one')}. ` : '',
    'Signature ', h('code', { class: 'selectable' }, s.id)));
}
