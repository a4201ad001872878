// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The tree of a flame graph, and the same by functions, from kinds of stalls.

import { family, frameName, isProgram, type Family } from './causes';
import type { Frame } from './documents';
import type { Kind } from './model';
import { place } from './format';

/** As d3-flame-graph has it: `value` counts the children's as well. Time in ns. */
export interface FlameNode {
  name: string;
  value: number;
  children: FlameNode[];
  place: string;
  /** What colours it: the cause at the end, the program's code, or others'. */
  tone: Family | 'program' | 'other' | 'root';
}

interface Builder extends FlameNode {
  byName: Map<string, Builder>;
}

function makeNode(name: string, tone: FlameNode['tone'], where = ''): Builder {
  return { name, value: 0, children: [], place: where, tone, byName: new Map() };
}

function child(parent: Builder, name: string, tone: FlameNode['tone'], where: string): Builder {
  let node = parent.byName.get(name);
  if (!node) {
    node = makeNode(name, tone, where);
    parent.byName.set(name, node);
    parent.children.push(node);
  }
  return node;
}

function addFrame(parent: Builder, frame: Frame): Builder {
  return child(parent, frameName(frame), isProgram(frame) ? 'program' : 'other',
    frame.file ? place(frame.file, frame.line) : frame.module);
}

/** With `programOnly` the functions of libraries are left out. */
export function flameTree(kinds: Kind[], programOnly: boolean): FlameNode {
  const root = makeNode('all stalls', 'root');
  for (const { signature: s } of kinds) {
    let node = root;
    root.value += s.total_ns;
    if (!s.frames.length) {
      node = child(node, '[no stack]', 'other', '');
      node.value += s.total_ns;
    }
    for (let i = s.frames.length - 1; i >= 0; i--) {
      if (programOnly && !isProgram(s.frames[i])) continue;
      node = addFrame(node, s.frames[i]);
      node.value += s.total_ns;
    }
    const end = child(node, s.call ? `${s.call} (${s.cause})` : `[${s.cause || 'unknown'}]`, family(s.cause), '');
    end.value += s.total_ns;
  }
  return root;
}

export interface FunctionTime {
  name: string;
  place: string;
  self: number;
  total: number;
  kinds: number;
}

/** Time with a function anywhere in the stack, and innermost; most first. */
export function functionTimes(kinds: Kind[]): FunctionTime[] {
  const times = new Map<string, FunctionTime>();
  for (const { signature: s } of kinds) {
    const seen = new Set<string>();
    s.frames.forEach((frame, i) => {
      const name = frameName(frame);
      let time = times.get(name);
      if (!time) {
        time = { name, place: frame.file ? place(frame.file, frame.line) : frame.module, self: 0, total: 0, kinds: 0 };
        times.set(name, time);
      }
      if (i === 0) time.self += s.total_ns;
      if (seen.has(name)) return;
      seen.add(name);
      time.total += s.total_ns;
      time.kinds++;
    });
  }
  return [...times.values()].sort((a, b) => b.total - a.total || b.self - a.self || (a.name < b.name ? -1 : 1));
}
