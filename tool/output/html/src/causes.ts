// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Causes in words, and their four families, which have one colour each.

import type { Frame, Signature } from './documents';
import { fileName } from './format';

export type Family = 'compute' | 'io' | 'sync' | 'machine';

const FAMILY: Record<string, Family> = {
  cpu: 'compute', system: 'compute', 'page-fault': 'compute',
  lock: 'sync', wait: 'sync', sleep: 'sync', process: 'sync',
  runqueue: 'machine', steal: 'machine', throttled: 'machine', stopped: 'machine',
  debugger: 'machine', suspended: 'machine',
};

export const FAMILIES: [Family, string][] = [
  ['compute', 'computing'],
  ['io', 'input and output'],
  ['sync', 'waiting for others'],
  ['machine', 'made by the machine'],
];

const TEXT: Record<string, string> = {
  cpu: 'computing', system: 'busy in the kernel', 'page-fault': 'waiting for memory pages',
  file: 'waiting for a file', socket: 'waiting for a socket', dns: 'looking up a name',
  sleep: 'sleeping', lock: 'waiting for a lock', wait: 'waiting for another thread or event',
  process: 'starting a process or waiting for one', ipc: 'waiting for another process',
  stdio: 'waiting for standard input or output', device: 'waiting for a device',
  runqueue: 'ready to run, but waited for a CPU', steal: 'the hypervisor took the CPU away',
  throttled: 'the control group’s CPU time was used up', stopped: 'stopped by a signal',
  debugger: 'held by a debugger', suspended: 'the machine was suspended', '': 'cause unknown',
};

export function family(cause: string): Family {
  return FAMILY[cause] ?? 'io';
}

export function causeText(cause: string): string {
  return TEXT[cause] ?? `blocked (${cause})`;
}

const STANDARD = /^(std|__gnu_cxx|__cxxabiv1)::|^__/;

/** The innermost function that is no library's, as far as names and files tell. */
export function programFrame(frames: Frame[]): Frame | undefined {
  return frames.find((frame) => frame.function && isProgram(frame))
    ?? frames.find((frame) => frame.function && !STANDARD.test(frame.function))
    ?? frames[0];
}

/** Files of the project are named relative to it. */
export function isProgram(frame: Frame): boolean {
  return frame.file !== '' && !/^(\/usr|\/opt|\/lib)/.test(frame.file) && !STANDARD.test(frame.function);
}

export function frameName(frame: Frame): string {
  return frame.function || `?? in ${fileName(frame.module) || 'unknown'}`;
}

/** "fsync in Store::save" */
export function kindTitle(signature: Signature): string {
  const frame = programFrame(signature.frames);
  const where = frame ? frameName(frame) : '';
  const what = signature.call || (where ? '' : causeText(signature.cause));
  if (!where) return signature.call ? `${what} (no stack)` : `${what} (no stack)`;
  return what ? `${what} in ${where}` : where;
}
