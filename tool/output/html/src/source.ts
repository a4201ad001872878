// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Lines of source around a place, as the report brought them along.

import Prism from 'prismjs/components/prism-core';
import 'prismjs/components/prism-clike';
import 'prismjs/components/prism-c';
import 'prismjs/components/prism-cpp';
import { h } from './dom';
import type { Sources } from './documents';

const AROUND = 3;

type Piece = [string, string]; // class, text

/** A text as pieces of one class each; nested tokens have the outermost's. */
function pieces(text: string): Piece[] {
  const flat = (token: Prism.Token | string | (Prism.Token | string)[]): string => {
    if (typeof token === 'string') return token;
    return Array.isArray(token) ? token.map(flat).join('') : flat(token.content as string);
  };
  return Prism.tokenize(text, Prism.languages.cpp)
    .map((token) => (typeof token === 'string' ? ['', token] : [token.type, flat(token)]));
}

/** The pieces of each line. */
function byLine(text: string): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const [type, content] of pieces(text)) {
    content.split('\n').forEach((part, i) => {
      if (i) lines.push([]);
      if (part) lines[lines.length - 1].push([type, part]);
    });
  }
  return lines;
}

/** The lines around one, which is marked; null where they are not in the report. */
export function excerpt(sources: Sources, file: string, line: number, around = AROUND): HTMLElement | null {
  const part = sources[file]?.find(([first, lines]) => line >= first && line < first + lines.length);
  if (!part) return null;
  const [first, lines] = part;
  const from = Math.max(0, line - first - around);
  const to = Math.min(lines.length, line - first + around + 1);
  const shown = byLine(lines.slice(from, to).join('\n'));
  return h('div', { class: 'excerpt', role: 'group', 'aria-label': `Source of ${file}, line ${line}` },
    shown.map((content, i) => {
      const number = first + from + i;
      const isMarked = number === line;
      return h('div', { class: isMarked ? 'code-line marked' : 'code-line' },
        h('span', { class: 'line-number' }, number),
        isMarked ? h('span', { class: 'visually-hidden' }, 'here: ') : null,
        h('code', {}, content.map(([type, text]) => (type ? h('span', { class: `t-${type}` }, text) : text))));
    }));
}
