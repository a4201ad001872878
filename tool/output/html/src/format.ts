// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Amounts in words, as the text report has them.

const NARROW = '\u202f';

const UNITS: [string, number, number][] = [
  ['ns', 1, 999.5],
  ['µs', 1e3, 999.5],
  ['ms', 1e6, 999.5],
  ['s', 1e9, 600],
  ['min', 60e9, 600],
];

export function duration(ns: number): string {
  if (ns === 0) return '0';
  for (const [name, size, end] of UNITS) {
    const value = ns / size;
    if (value < end) return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))}${NARROW}${name}`;
  }
  return `${Math.round(ns / 3600e9)}${NARROW}h`;
}

export function count(value: number): string {
  return value.toLocaleString('en').replaceAll(',', NARROW);
}

export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function percent(part: number): string {
  const value = part * 100;
  if (value > 0 && value < 0.01) return `<${NARROW}0.01${NARROW}%`;
  const digits = value >= 10 || value === 0 ? 0 : value >= 1 ? 1 : 2;
  return `${value.toFixed(digits)}${NARROW}%`;
}

export function place(file: string, line: number): string {
  return line ? `${file}:${line}` : file;
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The moment, by the calendar of the reader. */
export function moment(realtimeNs: number): string {
  return new Date(realtimeNs / 1e6).toLocaleString(undefined, {
    dateStyle: 'medium', timeStyle: 'medium',
  });
}

/** "nostall-blocking-call" -> "blocking-call" */
export function checkName(check: string): string {
  return check.replace(/^nostall-/, '');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
