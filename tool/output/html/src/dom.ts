// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Elements without markup: text from the documents only ever becomes text.

type Child = Node | string | number | null | undefined | false | Child[];
type Attributes = Record<string, unknown>;

const SVG = 'http://www.w3.org/2000/svg';

function append(parent: Element, children: Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child instanceof Node) parent.append(child);
    else if (child !== null && child !== undefined && child !== false) parent.append(String(child));
  }
}

function apply(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on') && typeof value === 'function') {
      element.addEventListener(name.slice(2), value as EventListener);
    } else if (name === 'vars') {
      // Through the object model, which the page's policy allows.
      for (const [key, entry] of Object.entries(value as Record<string, string>)) {
        (element as HTMLElement).style.setProperty(key, entry);
      }
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

/** An element: h('a', { href: '#/x', class: 'y' }, 'text', other). */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, attributes);
  append(element, children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag) as SVGElementTagNameMap[K];
  apply(element, attributes);
  append(element, children);
  return element;
}

/** A message with its 'names' in the font of code. */
export function prose(message: string): (Node | string)[] {
  const parts = message.split(/'([^']+)'/);
  return parts.map((part, i) => (i % 2 ? breakable(h('code', {}), part) : part));
}

/** Lets long names wrap at their joints. */
export function breakable<T extends HTMLElement>(element: T, name: string): T {
  name.split(/(?<=::|\/|_)/).forEach((part, i) => {
    if (i) element.append(h('wbr'));
    element.append(part);
  });
  return element;
}

export function table(
  caption: string, head: string[], rows: Child[][], options: { numeric?: number[] } = {},
): HTMLElement {
  const numeric = new Set(options.numeric ?? []);
  const cellClass = (i: number) => (numeric.has(i) ? 'number' : null);
  return h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h('table', {},
      h('caption', { class: 'visually-hidden' }, caption),
      h('thead', {}, h('tr', {}, head.map((text, i) => h('th', { scope: 'col', class: cellClass(i) }, text)))),
      h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, i) => (i === 0
        ? h('th', { scope: 'row' }, cell) : h('td', { class: cellClass(i) }, cell))))))));
}

/** What is missing, and the command that gives it. */
export function emptyState(title: string, text: string, command?: string): HTMLElement {
  return h('div', { class: 'empty' },
    h('h2', {}, title),
    h('p', {}, text),
    command ? h('pre', { class: 'command', tabindex: 0, 'aria-label': 'Command' }, command) : null);
}
