// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Light, dark, or as the system has it. Where the browser keeps nothing for
// local files, the choice lasts as long as the page.

import { h } from './dom';

type Choice = 'auto' | 'light' | 'dark';
const KEY = 'nostall-theme';
const CHOICES: [Choice, string][] = [['auto', 'Auto'], ['light', 'Light'], ['dark', 'Dark']];
const listeners = new Set<() => void>();

function stored(): Choice {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
let chosen: Choice = 'auto';

/** The style sheet knows two themes and no system. */
function apply(): void {
  const system = systemIsDark.matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = chosen === 'auto' ? system : chosen;
}

function choose(choice: Choice): void {
  chosen = choice;
  apply();
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Nothing is kept; the choice stands for now.
  }
  listeners.forEach((listener) => listener());
}

/** For canvases: calls when colours have changed, until the signal aborts. */
export function onThemeChange(listener: () => void, signal: AbortSignal): void {
  listeners.add(listener);
  signal.addEventListener('abort', () => listeners.delete(listener));
}

export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function themeSwitch(): HTMLElement {
  const current = stored();
  choose(current);
  systemIsDark.addEventListener('change', () => {
    apply();
    listeners.forEach((listener) => listener());
  });
  return h('fieldset', { class: 'switch theme' },
    h('legend', { class: 'visually-hidden' }, 'Colours'),
    CHOICES.map(([choice, text]) => h('label', {},
      h('input', {
        type: 'radio', name: 'theme', value: choice, checked: choice === current,
        onchange: () => choose(choice),
      }),
      h('span', {}, text))));
}

export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
