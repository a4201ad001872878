// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Filtering: each row has a lower-case text, and per facet the number of a
// value. A filter is one pass over typed arrays.

export class Facet {
  readonly values: string[] = []; // the most frequent first
  readonly counts: number[] = [];
  readonly codes: Uint32Array;
  selected = ''; // '': all

  /** Values are not empty; those in `first` come first, in that order. */
  constructor(
    readonly key: string, readonly label: string, size: number, value: (row: number) => string,
    first: readonly string[] = [],
  ) {
    const found = new Map<string, number>();
    const texts: string[] = [];
    const raw = new Uint32Array(size);
    const counts: number[] = [];
    for (let row = 0; row < size; row++) {
      const text = value(row);
      let code = found.get(text);
      if (code === undefined) {
        code = texts.length;
        found.set(text, code);
        texts.push(text);
        counts.push(0);
      }
      raw[row] = code;
      counts[code]++;
    }
    const rank = (code: number) => (first.includes(texts[code]) ? first.indexOf(texts[code]) : first.length);
    const order = texts.map((_, i) => i)
      .sort((a, b) => rank(a) - rank(b) || counts[b] - counts[a] || (texts[a] < texts[b] ? -1 : 1));
    const place = new Uint32Array(order.length);
    order.forEach((code, i) => {
      place[code] = i;
      this.values.push(texts[code]);
      this.counts.push(counts[code]);
    });
    this.codes = raw.map((code) => place[code]);
  }

  /** The number of the selected value; -1: all; -2: one that no row has. */
  get code(): number {
    if (this.selected === '') return -1;
    const at = this.values.indexOf(this.selected);
    return at < 0 ? -2 : at;
  }
}

export class Filter {
  query = '';

  constructor(readonly texts: string[], readonly facets: Facet[]) {}

  /** The rows that pass, in their order. All words must occur. */
  rows(): Uint32Array {
    const words = this.query.toLowerCase().split(/\s+/).filter(Boolean);
    const active = this.facets.map((facet) => [facet.codes, facet.code] as const)
      .filter(([, code]) => code !== -1);
    const result = new Uint32Array(this.texts.length);
    let size = 0;
    for (let row = 0; row < this.texts.length; row++) {
      if (active.every(([codes, code]) => codes[row] === code)
          && words.every((word) => this.texts[row].includes(word))) result[size++] = row;
    }
    return result.subarray(0, size);
  }

  /** As parts of an address. */
  state(): Record<string, string> {
    const state: Record<string, string> = { q: this.query };
    for (const facet of this.facets) state[facet.key] = facet.selected;
    return state;
  }

  restore(query: URLSearchParams): void {
    this.query = query.get('q') ?? '';
    for (const facet of this.facets) facet.selected = query.get(facet.key) ?? '';
  }
}
