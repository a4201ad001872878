// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Small words with a colour of their own; the word alone says it all.

import { family } from './causes';
import { h } from './dom';
import type { ChangeState, MeasuredState } from './documents';

const STATES: Record<string, [string, string]> = {
  confirmed: ['Confirmed', 'stalls were seen here'],
  ran: ['Ran', 'ran, and never for as long as a stall'],
  'not-executed': ['Not executed', 'was not seen to run while it was measured'],
  unknown: ['Unknown', 'the trace cannot tell whether it ran'],
  'not-measured': ['Not measured', 'no measurement was joined'],
};

export const STATE_ORDER: MeasuredState[] = ['confirmed', 'ran', 'not-executed', 'unknown'];

export function stateName(state: string): string {
  return STATES[state]?.[0] ?? state;
}

export function stateText(state: string): string {
  return STATES[state]?.[1] ?? '';
}

export function stateBadge(state: string): HTMLElement {
  return h('span', { class: `badge state-${state}`, title: stateText(state) }, stateName(state));
}

const CHANGES: Record<ChangeState, [string, string]> = {
  new: ['Introduced', 'the base does not have it'],
  updated: ['Made worse', 'the base has it; it is worse now, or reached from more places'],
  unchanged: ['Unchanged', 'the base has it as well'],
  absent: ['Fixed', 'only the base has it'],
};

export const CHANGE_ORDER: ChangeState[] = ['new', 'updated', 'unchanged', 'absent'];

export function changeName(state: string): string {
  return CHANGES[state as ChangeState]?.[0] ?? state;
}

export function changeBadge(state: ChangeState): HTMLElement {
  return h('span', { class: `badge state-${state}`, title: CHANGES[state]?.[1] ?? null }, changeName(state));
}

export function causeBadge(cause: string): HTMLElement {
  return h('span', { class: `badge family-${family(cause)}` }, cause || 'unknown');
}

export function badge(text: string, title = ''): HTMLElement {
  return h('span', { class: 'badge', title: title || null }, text);
}
